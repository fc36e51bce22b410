/// @file
/// AllocatorArena: memory in pages, freed all at once or scope by scope.
///
/// Allocating moves a pointer along a page, inline. When a page is full, the arena takes another
/// one from its backing allocator; blocks never move. Single blocks need no free: the end of a
/// mem$scope, or of the arena, frees them all.
///
/// ```cpp
/// IAllocator arena = AllocatorArena.create(4096);
/// Node* root = mem$new(arena, Node);
/// mem$scope(arena, scratch) {
///   char* text = mem$malloc(scratch, 100000);  // more than a page: fine
///   root->next = mem$new(arena, Node);         // the arena's own: it stays
///   …
/// }                                            // text is freed, the nodes are not
/// AllocatorArena.destroy(arena);               // all is freed
///
/// mem$arena(4096, a) { … }                     // an arena for one block
/// ```
///
/// A block takes its size and 8 bytes, rounded up to 16. Pages have the size given to create(), or
/// double up to `max_page_size`; a block that is too large for a page has one of its own. When a
/// scope ends, up to `retain_bytes` of its pages are kept for the next scope, so that a loop of
/// scopes does not allocate pages in each round. The rest is freed to the backing allocator.
///
/// A scope reuses the memory of a freed block of 64 bytes or more, and the memory that a block left
/// when it grew (on 64-bit platforms). A block that must move because it grew by less than half
/// gets room for 1.5 times its old size.
///
/// An arena belongs to one thread at a time. Another thread may take it over while no scope is
/// open: see arena_hand_over().
#ifndef CEX_ARENA_ARENA_H_
#define CEX_ARENA_ARENA_H_

#include <stddef.h>
#include <stdint.h>

#include <type_traits>

#include "cex/allocator.h"
#include "cex/stats.h"

namespace cex {

/// The default of ArenaOptions::retain_bytes: one page beside the one in use, of the arena's page
/// size or of at most 256 KiB, and one large page of at most 256 KiB.
inline constexpr size_t kRetainDefault = SIZE_MAX - 1;

/// Options of arena_create().
struct ArenaOptions {
  /// The most bytes of pages to hold at once, the first one included; requests that would need
  /// more get nullptr. The last page is made smaller to fit.
  size_t limit = SIZE_MAX;

  /// Where pages come from: any allocator, which must outlive the arena.
  IAllocator backing = mem$;

  /// How many bytes of pages to keep for later when a scope ends, or after arena_reset() or
  /// mem$free, pages of large blocks included; 0 keeps none. Pages that the scope used replace
  /// older ones that were kept. A large block takes the smallest of the newest 32 kept pages that
  /// it fits, even one that is much too large; under a `limit`, only a page that it fills at least
  /// by half.
  size_t retain_bytes = kRetainDefault;

  /// If above `page_size`, each new page has twice the bytes of the page before, up to this many;
  /// at most PTRDIFF_MAX. Otherwise all pages have one size. A block that does not fit the current
  /// page, and is larger than a quarter of this size, gets a page of its own, which does not change
  /// the size of later pages. After a scope has ended, the next new page has twice the size of the
  /// page that is in use then.
  size_t max_page_size = 0;

  /// Bytes of addresses to reserve in one range, in place of pages; 0 for pages. The operating
  /// system supplies memory as the range fills: at first `page_size` bytes and the arena's own data
  /// in the range, later half as much again each time, but at least `page_size` bytes and at most
  /// 64 MiB at once. An access beyond the supplied memory faults. The end of a scope and
  /// arena_reset() return the memory above the last block, except `retain_bytes` of it, to the
  /// system; a block that was not the newest when it was freed counts until its scope ends, and at
  /// the far end as long as a block, or the record of a deep scope, lies before it. Blocks never
  /// move; the newest one grows in place, up to the end of the range; owns() takes constant time.
  /// An allocation returns nullptr when the range is full, or when the system or the `limit`
  /// refuses. `backing` supplies the memory of the arena's own data outside of the range. Blocks
  /// that an outer scope allocates while an inner one is open lie at the far end of the range.
  size_t reserve = 0;
};

/// An arena whose pages have `page_size` bytes each (less than a few hundred is rounded up). The
/// first allocation takes the first page. Returns nullptr when `page_size` is 0, when it or
/// `options.max_page_size` is above PTRDIFF_MAX, when `options.backing` is null, when out of
/// memory, and when there is no range of `options.reserve` bytes: under `ulimit -v`, where the
/// system has no virtual memory, and when its first page is larger than the `limit`.
IAllocator arena_create(size_t page_size, const ArenaOptions& options = {},
                        Site site = Site::current());

/// Destroys the arena and frees all its memory: its blocks and `a` are invalid afterwards. nullptr
/// is fine; anything that arena_create() did not return ends the program with a message. Under
/// CEX_TEST, reports open scopes and overwritten guard bytes.
void arena_destroy(IAllocator a, Site site = Site::current());

/// Frees all blocks of the arena and keeps the arena, with up to `retain_bytes` of pages. nullptr
/// is fine; anything that is neither from arena_create() nor of an ArenaBlock, such as the
/// allocator of a scope, ends the program with a message. Open scopes end; under CEX_TEST they are
/// reported.
void arena_reset(IAllocator a, Site site = Site::current());

/// Whether `p` points into memory of `a`, allocated or not, but not of a page that is only kept;
/// under CEX_TEST, into one of its blocks. Takes time linear in the number of pages; in a reserved
/// range, two comparisons. An `a` that is null, or neither an arena nor a fixed buffer nor tmem$,
/// ends the program with a message, here and in arena_stats().
bool arena_owns(IAllocator a, const void* p, Site site = Site::current());

/// The statistics of the arena `a`.
AllocatorStats arena_stats(IAllocator a, Site site = Site::current());

/// Releases the arena from the calling thread: the next thread that uses it owns it. The two
/// threads must synchronize (by a queue, a join). Only checked under CEX_TEST. No call is needed
/// once the owning thread has ended.
void arena_hand_over(IAllocator a, Site site = Site::current());

/// An arena that lives as long as this object. The object holds the arena's own data, not its
/// pages.
class ArenaBlock {
 public:
  /// As arena_create(), but a bad `page_size`, a null backing allocator, and a range that can't be
  /// reserved end the program with a message. It allocates nothing, so it can't be out of memory.
  explicit ArenaBlock(size_t page_size, const ArenaOptions& options = {},
                      Site site = Site::current());

  /// The same with another integer type; a negative number is a bad size.
  template <typename Integer>
  requires(std::is_integral_v<Integer>) explicit ArenaBlock(Integer page_size,
                                                            const ArenaOptions& options = {},
                                                            Site site = Site::current())
      : ArenaBlock(static_cast<size_t>(page_size), options, site) {}

  /// As arena_destroy().
  ~ArenaBlock();

  ArenaBlock(const ArenaBlock&) = delete;
  ArenaBlock& operator=(const ArenaBlock&) = delete;

  /// The arena; valid as long as this object.
  IAllocator allocator() const { return allocator_; }

 private:
  unsigned char memory_[768 + 63];  // the arena's own data, aligned_to_64()
  IAllocator allocator_ = nullptr;  // points into it
  Site site_;
};

namespace detail {
// The functions above, spelled as in `AllocatorArena.create(…)`. Not static: clang-tidy would warn
// in the caller's line about a static function that is called through an object.
struct ArenaFunctions {
  IAllocator create(size_t page_size, const ArenaOptions& options = {},
                    Site site = Site::current()) const {
    return arena_create(page_size, options, site);
  }
  void destroy(IAllocator a, Site site = Site::current()) const { arena_destroy(a, site); }
  void reset(IAllocator a, Site site = Site::current()) const { arena_reset(a, site); }
  bool owns(IAllocator a, const void* p, Site site = Site::current()) const {
    return arena_owns(a, p, site);
  }
  AllocatorStats stats(IAllocator a, Site site = Site::current()) const {
    return arena_stats(a, site);
  }
  void hand_over(IAllocator a, Site site = Site::current()) const { arena_hand_over(a, site); }
};
}  // namespace detail
}  // namespace cex

/// cex::arena_create(), arena_destroy(), arena_reset(), arena_owns(), arena_stats() and
/// arena_hand_over(), spelled `AllocatorArena.create(…)` and so on.
inline constexpr ::cex::detail::ArenaFunctions AllocatorArena{};

/// `mem$arena(page_size, v) {…}`: an arena `v` that is destroyed at the end of the block. See
/// cex::ArenaBlock.
#define mem$arena(page_size, v) CEX_DETAIL_BLOCK(::cex::ArenaBlock, page_size, v)

#endif  // CEX_ARENA_ARENA_H_
