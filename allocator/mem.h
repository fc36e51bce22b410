/// @file
/// The typed functions behind the mem$ macros: allocating through an IAllocator.
///
/// ```cpp
/// int* p = cex::mem_malloc(a, 10 * sizeof(int));
/// if (p == nullptr) return false;
/// cex::mem_free(a, p);                               // p is nullptr now
/// ```
///
/// Allocation failure returns nullptr; it never throws or aborts. A size of 0 and a size above
/// PTRDIFF_MAX give nullptr, whatever the allocator. Alignments are powers of two from 1 to 64; 0
/// stands for the default, that of max_align_t. Any other alignment gives nullptr, and is reported
/// under CEX_TEST. Thread safety is the allocator's: mem$ may be used from every thread, an arena
/// and tmem$ from one.
///
/// `site` is the caller's line, for the messages of CEX_TEST; leave it out.
#ifndef CEX_ALLOCATOR_MEM_H_
#define CEX_ALLOCATOR_MEM_H_

#include <new>
#include <type_traits>
#include <utility>

#include "cex/allocator/internal/bump_window.h"
#include "cex/site.h"

namespace cex {

namespace detail {
// What a pointer to memory can point to: void and objects, not functions.
template <typename T>
concept Pointable = !std::is_function_v<T>;
}  // namespace detail

/// The result of an allocation: a pointer that converts to any `T*`, so that
/// `Node* n = mem_malloc(…)` needs no cast.
class MemPtr {
 public:
  /// Wraps `p`, which may be null.
  constexpr explicit MemPtr(void* p) : p_(p) {}
  /// Null, so that `ok ? mem_malloc(…) : nullptr` is one, too.
  constexpr MemPtr(decltype(nullptr))  // NOLINT(google-explicit-constructor): see above
      : p_(nullptr) {}

  /// Implicit: it is what this type is for.
  template <detail::Pointable T>
  constexpr operator T*() const {  // NOLINT(google-explicit-constructor): see above
    return static_cast<T*>(p_);
  }
  /// Whether there is memory.
  constexpr explicit operator bool() const { return p_ != nullptr; }
  /// The plain pointer.
  constexpr void* get() const { return p_; }

  /// `auto p = mem_malloc(…)` deduces this type, which can't be dereferenced. These operators exist
  /// only to fail to compile, with a message that says so.
  /// @{
  template <typename T = char>
  auto& operator*() const {  // auto, so that sizeof(*p) says so, too
    return *needs_type<T>();
  }
  template <typename T = char>
  auto* operator->() const {
    return needs_type<T>();
  }
  template <typename Index>
  auto& operator[](Index) const {
    return *needs_type<Index>();
  }
  /// @}

  /// Compares addresses.
  /// @{
  friend constexpr bool operator==(MemPtr a, decltype(nullptr)) { return a.p_ == nullptr; }
  template <typename T>
  friend constexpr bool operator==(MemPtr a, T* b) {
    return a.p_ == b;
  }
  friend constexpr bool operator==(MemPtr a, MemPtr b) { return a.p_ == b.p_; }
  /// @}

  /// Prints the address, for a test framework's messages.
  template <typename Stream>
  friend auto operator<<(Stream& out, MemPtr p)
      -> decltype(out << static_cast<const void*>(nullptr)) {
    return out << p.get();
  }

 private:
  template <typename T>
  static char* needs_type() {
    static_assert(sizeof(T) == 0,
                  "cex: the result of mem$malloc, mem$calloc and mem$realloc has no type of its "
                  "own: write `T* p = mem$malloc(...)` in place of `auto p`.");
    return nullptr;
  }

  void* p_;
};

/// `size` uninitialized bytes at `align`, or nullptr.
[[gnu::always_inline]] inline MemPtr mem_malloc(IAllocator a, size_t size,
                                                size_t align = detail::kDefaultAlign,
                                                Site site = Site::current()) {
  [[maybe_unused]] const detail::CallSite call(site);
  if (!detail::is_valid_request(size, align)) return MemPtr(nullptr);
  align = detail::meant_align(align);
  if constexpr (detail::kInlineBump) {
    if (a->meta.magic_id == detail::kLevelMagic && align <= detail::kDefaultAlign &&
        size < detail::kInlineMax) {
      void* const block = detail::bump_malloc(detail::level_of(a), size);
      if (block != nullptr) [[likely]]
        return MemPtr(block);
    }
  }
  detail::check_alive(a);
  return MemPtr(a->malloc(a, size, align));
}

/// `count * size` zeroed bytes at `align`, or nullptr, also when the product
/// overflows.
[[gnu::always_inline]] inline MemPtr mem_calloc(IAllocator a, size_t count, size_t size,
                                                size_t align = detail::kDefaultAlign,
                                                Site site = Site::current()) {
  [[maybe_unused]] const detail::CallSite call(site);
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes) || !detail::is_valid_request(bytes, align)) {
    return MemPtr(nullptr);
  }
  detail::check_alive(a);
  return MemPtr(a->calloc(a, count, size, detail::meant_align(align)));
}

/// Resizes the block `p` to `size` bytes, at the same place or another, and keeps its content up
/// to the smaller size. `align` must be the one that `p` was allocated with. If the result is
/// nullptr, the old block is unchanged and still the caller's. With a null `p` it is mem_malloc.
[[gnu::always_inline]] inline MemPtr mem_realloc(IAllocator a, void* p, size_t size,
                                                 size_t align = detail::kDefaultAlign,
                                                 Site site = Site::current()) {
  [[maybe_unused]] const detail::CallSite call(site);
  if (!detail::is_valid_request(size, align)) return MemPtr(nullptr);
  detail::check_alive(a);
  return MemPtr(a->realloc(a, p, size, detail::meant_align(align)));
}

/// Frees `p`, a block of `a`, and sets it to nullptr; a null `p` is fine. An arena can reuse the
/// memory of the newest block, and of any block of 64 bytes or more, at once; that of other blocks
/// only when their scope ends. Pass the allocator that the block came from: through that of a scope
/// inside, only that scope can reuse it, and after it none before the block's own scope ends.
template <typename T>
[[gnu::always_inline]] inline void mem_free(IAllocator a, T*& p, Site site = Site::current()) {
  [[maybe_unused]] const detail::CallSite call(site);
  detail::check_alive(a);
  a->free(a, const_cast<std::remove_cv_t<T>*>(p));
  p = nullptr;
}

/// The same for a pointer that is not a variable: there is nothing to set.
template <typename T>
[[gnu::always_inline]] inline void mem_free(IAllocator a, T*&& p, Site site = Site::current()) {
  [[maybe_unused]] const detail::CallSite call(site);
  detail::check_alive(a);
  a->free(a, const_cast<std::remove_cv_t<T>*>(p));
}

/// A const pointer can't be set, and does not compile. `+p` is a copy, which can be freed.
template <typename T>
void mem_free(IAllocator, T* const&, Site = Site::current()) {
  static_assert(sizeof(T*) == 0,
                "cex: mem$free(a, p) sets p to nullptr, and this p is const: declare it as `T* p`, "
                "or pass a copy, as in mem$free(a, +p).");
}

/// A result that was kept as `auto` does not compile either, and says why.
template <typename P>
requires(std::is_same_v<std::remove_const_t<P>, MemPtr>) void mem_free(IAllocator, P& p,
                                                                       Site = Site::current()) {
  static_cast<void>(*p);
}

/// The same for a literal nullptr: there is nothing to free.
inline void mem_free(IAllocator a, decltype(nullptr), Site site = Site::current()) {
  [[maybe_unused]] const detail::CallSite call(site);
  detail::check_alive(a);
}

namespace detail {
// Frees memory in which a constructor has thrown.
struct Unconstructed {
  IAllocator a;
  void* p;
  ~Unconstructed() {
    if (p != nullptr) a->free(a, p);
  }
};
}  // namespace detail

/// Constructs a T in memory of `a`: `T(args…)`, or `T{args…}` if T is an aggregate. nullptr when
/// out of memory; then no constructor has run. An exception of the constructor passes through, and
/// the memory is freed. T must be trivially destructible and aligned to at most 64, or this does
/// not compile.
template <typename T, typename... Args>
[[gnu::always_inline]] inline T* mem_new_at(IAllocator a, Site site, Args&&... args) {
  static_assert(std::is_trivially_destructible_v<T>,
                "cex: mem$new(a, T): T has a destructor that would never run, because memory of an "
                "IAllocator goes without notice. Make T trivially destructible, or hold it in a "
                "std::unique_ptr, a std::optional or a std container over cex/pmr.h.");
  static_assert(alignof(T) <= detail::kMaxAlign,
                "cex: mem$new(a, T): T is aligned beyond 64 bytes, which no IAllocator gives.");
  void* const p = mem_malloc(a, sizeof(T), alignof(T), site);
  if (p == nullptr) return nullptr;
  detail::Unconstructed memory{a, p};
  T* made = nullptr;
  if constexpr (std::is_constructible_v<T, Args...>) {
    made = ::new (p) T(std::forward<Args>(args)...);
  } else {
    made = ::new (p) T{std::forward<Args>(args)...};
  }
  memory.p = nullptr;
  return made;
}

/// mem_new_at() without the caller's line: reports do not name it.
template <typename T, typename... Args>
[[gnu::always_inline]] inline T* mem_new(IAllocator a, Args&&... args) {
  return mem_new_at<T>(a, Site{}, std::forward<Args>(args)...);
}

/// Whether `n` is a power of two; 0 is not.
constexpr bool mem_is_power_of2(size_t n) { return detail::is_power_of_two(n); }

/// `size` rounded up to a multiple of `align`, a power of two; the sum must not
/// overflow.
constexpr size_t mem_aligned_round(size_t size, size_t align) {
  return (size + align - 1) & ~(align - 1);
}

/// Whether the address `p` is a multiple of `align`, a power of two.
inline bool mem_aligned_pointer(const volatile void* p, size_t align) {
  return (reinterpret_cast<uintptr_t>(p) & (align - 1)) == 0;
}

namespace detail {
// Where an Allocator_i may lie in the memory of an object, which has 63 bytes to spare. An
// alignas(64) member would be wrong in a coroutine: compilers rely on it, but allocate the frame by
// an operator new that aligns to 16.
inline void* aligned_to_64(void* memory) {
  return reinterpret_cast<void*>(mem_aligned_round(reinterpret_cast<uintptr_t>(memory), 64));
}
}  // namespace detail

}  // namespace cex

#endif  // CEX_ALLOCATOR_MEM_H_
