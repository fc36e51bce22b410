/// @file
/// AllocatorArena: memory in pages, freed all at once or scope by scope.
///
/// Allocating moves a pointer along a page, inline. When a page is full the arena takes
/// another one from its backing allocator; blocks never move. Freeing single blocks is
/// hardly ever needed: leaving a mem$scope, or destroying the arena, frees them all.
///
/// ```cpp
/// IAllocator arena = AllocatorArena.create(4096);
/// Node* root = mem$new(arena, Node);
/// mem$scope(arena, scratch) {
///   char* text = mem$malloc(scratch, 100000);  // more than a page: fine
///   root->next = mem$new(arena, Node);         // the arena's own: it stays
///   …
/// }                                            // text is gone, the nodes are not
/// AllocatorArena.destroy(arena);               // all is gone
///
/// mem$arena(4096, a) { … }                     // an arena for one block
/// ```
///
/// What it costs: a block takes its size and 8 bytes, rounded up to 16. Pages have
/// the size given to create(), or double up to `max_page_size`; a block too large for one has a
/// page of its own. Pages that a scope leaves behind wait for the next scope, up to `retain_bytes`
/// of them, so that a loop of scopes does not ask for them each time round; the rest goes back to
/// the backing allocator.
///
/// A freed block of 64 bytes and more, and the old place of one that grew, is used again by
/// the scope that it belonged to (where a size_t has 64 bits). A block that has to move for a
/// small step gets room for half as much again as it had.
///
/// An arena belongs to one thread at a time. It may be handed over while no scope
/// is open: see arena_hand_over().
#ifndef CEX_ARENA_ARENA_H_
#define CEX_ARENA_ARENA_H_

#include <stddef.h>
#include <stdint.h>

#include <type_traits>

#include "cex/allocator.h"
#include "cex/stats.h"

namespace cex {

/// As ArenaOptions::retain_bytes: one page of the arena's page size, and one large page of
/// at most 256 KiB.
inline constexpr size_t kRetainDefault = SIZE_MAX - 1;

/// What arena_create() may be told, all of it optional.
struct ArenaOptions {
  /// The most bytes of pages to hold at once, from the first one on; requests that
  /// would need more get nullptr. The last page is made smaller to fit.
  size_t limit = SIZE_MAX;

  /// Where pages come from: any allocator, which must outlive the arena.
  IAllocator backing = mem$;

  /// How many bytes of pages to keep for later when a scope, arena_reset() or mem$free leaves
  /// them behind, those of large blocks included; 0 keeps none. Pages that the scope had used
  /// replace older ones that wait. A block gets the one that wastes the least, whatever that is;
  /// under a `limit` no more than half of the page.
  size_t retain_bytes = kRetainDefault;

  /// The most bytes of a page, where each new one is to have twice those of the page before;
  /// at most PTRDIFF_MAX. Up to `page_size`: pages have one size. A block larger than a quarter
  /// of it has a page of its own and changes nothing for later ones. What a scope took is
  /// forgotten with it: the next page has twice the size of the one that is in use then.
  size_t max_page_size = 0;

  /// Bytes of addresses to reserve, in place of pages: 0 for pages. Memory comes from the
  /// operating system, which gives it as the range fills: `page_size` bytes at first, half as
  /// much again as there is each time, and what is beyond faults. A scope's end and arena_reset()
  /// return all but `retain_bytes` of it. Blocks never move; the newest one grows where it is, up
  /// to the end of the range; owns() takes no time. What is full, or refused by the system or the
  /// `limit`, gives nullptr. `backing` has the arena's own record. Blocks that an outer scope
  /// allocates while an inner one is open lie at the far end of the range.
  size_t reserve = 0;
};

/// An arena whose pages have `page_size` bytes each (at least a few hundred: less
/// is rounded up). No page is taken before the first allocation. nullptr when
/// `page_size` is 0 or above PTRDIFF_MAX, or `options.max_page_size` is; when
/// `options.backing` is null, when there is no memory, or no range of `options.reserve` bytes:
/// under `ulimit -v`, and where the system has no virtual memory.
IAllocator arena_create(size_t page_size, const ArenaOptions& options = {},
                        Site site = Site::current());

/// Frees everything. Every block of the arena is invalid afterwards; so is
/// `a`. nullptr is fine; what arena_create() did not make ends the program with a
/// message. Under CEX_TEST, reports open scopes and overwritten guard bytes.
void arena_destroy(IAllocator a, Site site = Site::current());

/// Ends what was allocated through the arena's own handle, as a scope's end does for the
/// scope: every block of the arena is invalid afterwards, up to `retain_bytes` of pages stay,
/// and `a` is as new. nullptr is fine; what is neither from arena_create() nor an ArenaBlock's,
/// a scope's allocator too, ends the program with a message. Open scopes end; under CEX_TEST
/// they are reported.
void arena_reset(IAllocator a, Site site = Site::current());

/// Whether `p` points into memory that `a` gave or may give. Takes time linear in
/// the number of pages; in a reserved range, two comparisons. An `a` that is null or no arena ends
/// the program with a message.
bool arena_owns(IAllocator a, const void* p, Site site = Site::current());

/// What the arena `a` holds now. An `a` that is null or no arena ends the program with a
/// message.
AllocatorStats arena_stats(IAllocator a, Site site = Site::current());

/// Says that the calling thread is done with the arena: the next thread that uses
/// it owns it. Handing over needs synchronization of its own (a queue, a join).
/// Only checked under CEX_TEST; an arena whose thread has ended needs no word.
void arena_hand_over(IAllocator a, Site site = Site::current());

/// An arena that lives as long as this object, which holds all but its pages.
class ArenaBlock {
 public:
  /// As for arena_create(), but a bad `page_size` and a null backing allocator end the
  /// program with a message, as does a range that can't be reserved. Otherwise it takes no
  /// memory, so it can't fail for being out of it.
  explicit ArenaBlock(size_t page_size, const ArenaOptions& options = {},
                      Site site = Site::current());

  /// The same of another integer type: a negative number is a bad size.
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
  IAllocator allocator() const { return reinterpret_cast<IAllocator>(memory_); }

 private:
  alignas(64) unsigned char memory_[768];  // what the arena keeps of itself
  Site site_;
};

namespace detail {
// The functions above, spelled as in `AllocatorArena.create(…)`. Not static: calling them
// so would be a warning of clang-tidy in the caller's line.
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

/// `mem$arena(page_size, v) {…}`: an arena for the block, as `v`, and gone with it. See
/// cex::ArenaBlock.
#define mem$arena(page_size, v) CEX_DETAIL_BLOCK(::cex::ArenaBlock, page_size, v)

#endif  // CEX_ARENA_ARENA_H_
