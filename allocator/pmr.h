/// @file
/// Bridges between IAllocator and the standard library, in both directions.
///
/// ```cpp
/// mem$scope(tmem$, _) {
///   cex::PmrResource resource(_);                          // a std::pmr::memory_resource
///   std::pmr::unordered_map<int, std::pmr::string> names(&resource);
///   names[1] = "nodes and letters lie in the scope";
///
///   std::vector<int, cex::StdAllocator<int>> squares(_);   // the same without virtual calls
///   squares.push_back(1);
/// }
///
/// std::pmr::unsynchronized_pool_resource pool;
/// cex::PmrAllocator below(&pool);                          // an IAllocator
/// IAllocator arena = AllocatorArena.create(4096, {.backing = below.allocator()});
/// ```
///
/// A standard library without `<memory_resource>`, as libc++ before 16, has StdAllocator alone.
///
/// A container must be destroyed before the scope or the arena that it lives in: declare it inside.
///
/// When out of memory, PmrResource and StdAllocator throw std::bad_alloc, as containers expect; if
/// this library is compiled without exceptions they end the program with a message. PmrAllocator
/// returns nullptr, as every IAllocator does.
///
/// Thread safety: that of the allocator or resource below. A bridge has no state that changes;
/// under CEX_TEST it has some, and a lock for it.
#ifndef CEX_ALLOCATOR_PMR_H_
#define CEX_ALLOCATOR_PMR_H_

#include <stddef.h>

#include <type_traits>
#if __has_include(<memory_resource>)
#include <memory_resource>
#define CEX_DETAIL_HAS_PMR
#endif

#include "cex/allocator.h"
#include "cex/sanitizer.h"

namespace cex {

namespace detail {
// Memory for the C++ library, which links the nodes of lists and trees in functions that are
// compiled without MemorySanitizer.
inline void* for_library(void* p, [[maybe_unused]] size_t size) {
  if constexpr (kChecker == Checker::kMsan) unpoison_defined(p, size);
  return p;
}
}  // namespace detail

#ifdef CEX_DETAIL_HAS_PMR
/// A std::pmr::memory_resource that takes its memory from an IAllocator, which must outlive it. It
/// is small, and those over the same IAllocator are equal: make as many as you like.
///
/// An IAllocator has alignments up to 64, but the standard's pools ask for larger ones. For those
/// the resource allocates `align + 8` bytes more (under CEX_TEST `2 * align + 64`, so that both
/// sides have guard bytes, which are verified when the block is deallocated). An alignment that is
/// not a power of two is refused, as when out of memory; under CEX_TEST one below 64 is reported.
///
/// Reports of CEX_TEST name `site`, the line that constructed the resource, since the line that
/// allocates is in the standard library.
class PmrResource final : public std::pmr::memory_resource {
 public:
  /// A resource over `a`, which must outlive it; never fails.
  explicit PmrResource(IAllocator a, Site site = Site::current());

  /// The allocator below.
  IAllocator allocator() const { return allocator_; }

 private:
  /// Zero bytes get a block of their own, as from the standard's resources. Inline, because g++ 16
  /// otherwise assumes that the only do_allocate() it sees is the one called, and warns about it.
  void* do_allocate(size_t bytes, size_t align) override {
    return detail::for_library(allocate_block(bytes, align), bytes);
  }
  void* allocate_block(size_t bytes, size_t align);
  void do_deallocate(void* p, size_t bytes, size_t align) override;

  /// Whether `other` is a PmrResource over the same IAllocator. Works without RTTI.
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override;

  IAllocator allocator_;
#ifdef CEX_TEST
  Site site_;
#endif
};
#endif  // CEX_DETAIL_HAS_PMR

namespace detail {
struct PmrBlocks;

// For callers that can't be told by nullptr: throws std::bad_alloc, or ends the program if there
// are no exceptions.
[[noreturn, gnu::cold]] void pmr_out_of_memory(Site site, size_t size, size_t align);
}  // namespace detail

/// A standard allocator over an IAllocator, for containers that take one as a template argument.
/// Allocating from an arena through it is as fast as mem$malloc. Move assignment and swap of
/// containers exchange it; copy assignment keeps each container's own. It has no default
/// constructor: a container must be told where its memory comes from.
template <typename T>
class StdAllocator {
 public:
  /// What std::allocator_traits asks for.
  /// @{
  using value_type = T;
  using propagate_on_container_copy_assignment = std::false_type;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;
  using is_always_equal = std::false_type;
  /// @}

  /// A call of it does not compile, with a message that says why. It is declared because some
  /// compilers need the declaration to compile containers that are never default-constructed.
  [[gnu::error(
      "cex::StdAllocator has no default: say where the memory comes from, as in "
      "v(arena)")]] StdAllocator();

  /// Not explicit, so that `std::vector<int, StdAllocator<int>> v(arena)` will do.
  StdAllocator(IAllocator a,  // NOLINT(google-explicit-constructor): see above
               [[maybe_unused]] Site site = Site::current())
      : allocator_(a) {
#ifdef CEX_TEST
    site_ = site;
#endif
  }

  /// The same allocator for another type, as containers need it for their nodes.
  template <typename U>
  StdAllocator(const StdAllocator<U>& other)  // NOLINT(google-explicit-constructor): required
      : StdAllocator(other.allocator(), other.site()) {}

  /// Memory for `n` objects; of 0, a pointer that deallocate() takes. When out of memory, throws
  /// std::bad_alloc, or ends the program where there are no exceptions.
  [[nodiscard]] T* allocate(size_t n) {
    static_assert(alignof(T) <= detail::kMaxAlign,
                  "cex::StdAllocator<T>: T is aligned beyond 64 bytes, which no IAllocator gives.");
    size_t bytes = 0;
    if (__builtin_mul_overflow(n, sizeof(T), &bytes)) bytes = SIZE_MAX;
    if (bytes == 0) bytes = 1;
    void* const p = mem_malloc(allocator_, bytes, alignof(T), site());
    if (p == nullptr) detail::pmr_out_of_memory(site(), bytes, alignof(T));
    return static_cast<T*>(detail::for_library(p, bytes));
  }

  /// Frees memory from allocate().
  void deallocate(T* p, size_t) noexcept { mem_free(allocator_, static_cast<T*&&>(p), site()); }

  /// The allocator below.
  IAllocator allocator() const { return allocator_; }

  /// The line that constructed it; empty without CEX_TEST.
  Site site() const {
#ifdef CEX_TEST
    return site_;
#else
    return Site{};
#endif
  }

  /// Equal when each can free what the other allocated.
  template <typename U>
  friend bool operator==(const StdAllocator& a, const StdAllocator<U>& b) {
    return a.allocator() == b.allocator();
  }

 private:
  IAllocator allocator_;
#ifdef CEX_TEST
  Site site_;
#endif
};

#ifdef CEX_DETAIL_HAS_PMR
/// An IAllocator that takes its memory from any std::pmr::memory_resource, which must outlive it.
/// It lies in this object, so the object must outlive its blocks and cannot be copied. An exception
/// of the resource becomes nullptr.
///
/// A memory_resource needs the size and the alignment to deallocate, which free() and realloc() of
/// an IAllocator don't get. So each block has a header of 16 bytes in front of it:
///
/// ```text
/// | padding, up to 48 | size, alignment | bytes … |
/// ^ from the resource                     ^ what malloc returns
/// ```
///
/// A block takes its size and 16 bytes, rounded up to 16. If it is aligned to 32 or 64, it takes
/// its size and that alignment, rounded up to that alignment. A block that shrinks stays in place
/// and keeps its room; a block that grows beyond its room is copied, since a resource cannot
/// resize.
///
/// Under CEX_TEST guard bytes replace the header and follow the block. They are verified when the
/// block is freed or resized. Over std::pmr::new_delete_resource() freed blocks are quarantined, so
/// that a late write is found, and blocks that were never freed are verified when the PmrAllocator
/// is destroyed. Any other resource gets its memory back at once, since it may end before. A block
/// that is never freed is not a leak: many resources free everything together. But AddressSanitizer
/// keeps a part of its memory poisoned: free it if the resource's buffer is to serve others.
class PmrAllocator {
 public:
  /// An allocator over `resource`, which must outlive it; never fails. Under CEX_TEST it takes
  /// `site`, too, the line that constructs it, which reports at its destruction name.
#ifdef CEX_TEST
  explicit PmrAllocator(std::pmr::memory_resource* resource, Site site = Site::current());
  ~PmrAllocator();
#else
  explicit PmrAllocator(std::pmr::memory_resource* resource);
#endif
  PmrAllocator(const PmrAllocator&) = delete;
  PmrAllocator& operator=(const PmrAllocator&) = delete;

  /// The allocator; it has no scopes.
  IAllocator allocator() const { return &state_->base; }

  /// The resource below.
  std::pmr::memory_resource* resource() const { return state_->resource; }

  /// What `self` points to in the interface's functions.
  struct State {
    Allocator_i base;                     ///< the allocator that allocator() returns
    std::pmr::memory_resource* resource;  ///< the resource below
#ifdef CEX_TEST
    detail::PmrBlocks* blocks;  ///< the registry of its blocks
#endif
  };

 private:
  State* state_;                              // in memory_
  unsigned char memory_[sizeof(State) + 63];  // the State, aligned_to_64()
#ifdef CEX_TEST
  Site site_;
#endif
};
#endif  // CEX_DETAIL_HAS_PMR

}  // namespace cex

#endif  // CEX_ALLOCATOR_PMR_H_
