/// @file
/// Bridges between IAllocator and the standard library, in both directions.
///
/// ```cpp
/// mem$scope(tmem$, _) {
///   cex::PmrResource resource(_);                          // a std::pmr::memory_resource
///   std::pmr::unordered_map<int, std::pmr::string> names(&resource);
///   names[1] = "its nodes and its letters lie in the scope";
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
/// A container must be destroyed before the scope or the arena that it lives in:
/// declare it inside.
///
/// When there is no memory, the first two throw std::bad_alloc, as containers
/// expect; where this library is compiled without exceptions they end the program
/// with a message. The third returns nullptr, as every IAllocator does.
///
/// Thread safety: that of what lies below. A bridge itself keeps no state that
/// changes, or (CEX_TEST) has a lock for it.
#ifndef CEX_ALLOCATOR_PMR_H_
#define CEX_ALLOCATOR_PMR_H_

#include <stddef.h>

#include <memory_resource>
#include <type_traits>

#include "cex/allocator.h"

namespace cex {

/// A std::pmr::memory_resource that takes its memory from an IAllocator, which
/// must outlive it. It is small; make as many as are convenient, those over the
/// same IAllocator are equal.
///
/// Alignments above 64, which no IAllocator gives but the standard's pools ask for,
/// are met by asking for that much more and 8 bytes; under CEX_TEST for twice that much
/// and 64 bytes, to have guard bytes on both sides, which are looked at when the block is
/// deallocated. One that is no power of two is refused like any request that cannot be met.
///
/// `site`, the line of its making, is what leak and misuse reports of CEX_TEST
/// name, since the line that asks is in the standard library.
class PmrResource final : public std::pmr::memory_resource {
 public:
  /// Over `a`, which must outlive it; never fails.
  explicit PmrResource(IAllocator a, Site site = Site::current());

  /// What it was made over.
  IAllocator allocator() const { return allocator_; }

 private:
  /// Zero bytes get a block of their own, as the standard's resources give. Inline, because g++ 16
  /// takes the only do_allocate() that it sees for the one that is called, and warns of it.
  void* do_allocate(size_t bytes, size_t align) override { return allocate_block(bytes, align); }
  void* allocate_block(size_t bytes, size_t align);
  void do_deallocate(void* p, size_t bytes, size_t align) override;

  /// Whether `other` is a PmrResource over the same IAllocator. Works for resources
  /// from code that is compiled without RTTI.
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override;

  Site site() const {
#ifdef CEX_TEST
    return site_;
#else
    return Site{};
#endif
  }

  IAllocator allocator_;
#ifdef CEX_TEST
  Site site_;
#endif
};

namespace detail {
struct PmrBlocks;

// Out of memory where the caller cannot be told by nullptr: std::bad_alloc, or
// the end of the program where there are no exceptions.
[[noreturn, gnu::cold]] void pmr_out_of_memory(Site site, size_t size, size_t align);
}  // namespace detail

/// A standard allocator over an IAllocator, for containers that take one as a
/// template argument. Allocating from an arena through it is as fast as
/// mem$malloc. It travels with the memory: move assignment and swap of containers
/// exchange it, copy assignment keeps each container's own. It has no default:
/// a container must be told where its memory comes from.
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

  /// A call of it does not compile, and says why. It is declared because containers look
  /// whether there is one, and some compilers don't take no for an answer.
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

  /// Memory for `n` objects; throws std::bad_alloc, or ends the program, when there
  /// is none.
  [[nodiscard]] T* allocate(size_t n) {
    static_assert(alignof(T) <= detail::kMaxAlign,
                  "cex::StdAllocator<T>: T is aligned beyond 64 bytes, which no IAllocator gives.");
    size_t bytes = 0;
    if (__builtin_mul_overflow(n, sizeof(T), &bytes)) bytes = SIZE_MAX;
    void* const p = mem_malloc(allocator_, bytes, alignof(T), site());
    if (p == nullptr) detail::pmr_out_of_memory(site(), bytes, alignof(T));
    return static_cast<T*>(p);
  }

  /// Gives memory from allocate() back.
  void deallocate(T* p, size_t) noexcept { mem_free(allocator_, static_cast<T*&&>(p), site()); }

  /// What it was made over.
  IAllocator allocator() const { return allocator_; }

  /// The line of its making; empty without CEX_TEST.
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

/// An IAllocator that takes its memory from any std::pmr::memory_resource, which
/// must outlive it. It lies in this object, so the object must outlive its blocks
/// and cannot be copied. What the resource throws becomes nullptr.
///
/// A memory_resource wants to be told the size and the alignment of what it gets
/// back, and an IAllocator's free() and realloc() are not told. Each block
/// therefore has a record of 16 bytes in front of it:
///
/// ```text
/// | padding, up to 48 | size, alignment, check | bytes … |
/// ^ from the resource                          ^ what malloc returns
/// ```
///
/// so a block costs its size and 16 bytes, or its size and 64 when it is aligned to
/// 64, rounded up to a multiple of that. A block that shrinks stays where it is and
/// keeps its room; one that grows beyond it is copied, since a resource cannot resize.
///
/// Under CEX_TEST guard bytes are in the record's place and behind the block, and are
/// looked at when it is freed or resized. Of std::pmr::new_delete_resource() it is known that
/// memory stays until it is returned: with it, freed blocks are quarantined, so that a late
/// write is noticed, and blocks that were never freed are looked at when the PmrAllocator is
/// destroyed. Any other gets its memory back at once. A block that is never freed is no leak
/// in itself: many resources are released as a whole.
class PmrAllocator {
 public:
  /// Over `resource`, which must outlive it; never fails. Under CEX_TEST it takes a `site`,
  /// too, the line of its making, which is what a report of its destruction names.
#ifdef CEX_TEST
  explicit PmrAllocator(std::pmr::memory_resource* resource, Site site = Site::current());
  ~PmrAllocator();
#else
  explicit PmrAllocator(std::pmr::memory_resource* resource);
#endif
  PmrAllocator(const PmrAllocator&) = delete;
  PmrAllocator& operator=(const PmrAllocator&) = delete;

  /// The allocator; it has no scopes.
  IAllocator allocator() const { return &state_.base; }

  /// What it was made over.
  std::pmr::memory_resource* resource() const { return state_.resource; }

  /// What the interface's functions find behind their `self`.
  struct State {
    Allocator_i base;                     ///< the allocator that allocator() returns
    std::pmr::memory_resource* resource;  ///< what it was made over
#ifdef CEX_TEST
    detail::PmrBlocks* blocks;  ///< what is known of them
#endif
  };

 private:
  State state_;
#ifdef CEX_TEST
  Site site_;
#endif
};

}  // namespace cex

#endif  // CEX_ALLOCATOR_PMR_H_
