/// @file
/// AllocatorGuard: blocks that end at a page which can't be touched, before any allocator.
///
/// An access past the end of a guarded block, or to one that was freed, reads as well as
/// writes, is refused by the machine at that very instruction. A report says which block it
/// was, how far the access is from it, and the stacks of its allocation and its free; then
/// the program dies as it would have without. It needs no checks, no tool and no special
/// build, so that it can stand in a program in production, where it guards one of many
/// allocations:
///
/// ```cpp
/// IAllocator guard = AllocatorGuard.create(mem$, {.one_in = 1000});
/// IAllocator arena = AllocatorArena.create(4096, {.backing = guard});
/// char* text = mem$malloc(guard, 100);
/// mem$free(guard, text);
/// AllocatorArena.destroy(arena);
/// AllocatorGuard.destroy(guard);
/// ```
///
/// The rest passes on to the allocator behind it, at the cost of a random number for each
/// allocation. A guarded block takes whole pages of memory, and system calls to make and to
/// free. Freed ones stay protected in a quarantine, which takes addresses and no memory.
/// Where a bound is reached, or the system has no more mappings, allocations pass on too;
/// guard_stats() counts them. The technique is that of Electric Fence, the sampling that of
/// GWP-ASan.
///
/// A block whose size is no multiple of its alignment can't end at its page's end: up to 63
/// bytes lie between. They hold a pattern that is looked at when the block is freed, as does
/// the rest of its pages: writes there are found then, reads are not. `.exact` puts the end
/// of blocks of the default alignment at the page's end for all that.
///
/// A system call that is given such memory fails with EFAULT, and nothing is reported. It is
/// for Linux. The handler of SIGSEGV that the program had is called after the report;
/// one that is set later has to call the one before it.
#ifndef CEX_ALLOCATOR_GUARD_H_
#define CEX_ALLOCATOR_GUARD_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/allocator.h"

namespace cex {

/// What guard_create() may be told, all of it optional.
struct GuardOptions {
  /// One of how many allocations is guarded, at random, in each thread alike. 1: all
  /// of them; 0: none.
  uint32_t one_in = 1;

  /// Blocks begin at a page that can't be touched, in place of ending at one: what is
  /// written or read before the start is refused, and what is written behind the end of the
  /// block is found when it is freed.
  bool at_start = false;

  /// Blocks of the default alignment end at the page, whatever their size is, and so are not
  /// aligned unless their size is a multiple of that. For text and bytes; code that relies on
  /// the alignment may crash.
  bool exact = false;

  /// Bytes that the pages of live guarded blocks take at most. A larger block is never guarded.
  size_t max_bytes = size_t{32} << 20;

  /// Bytes of addresses that freed blocks stay protected in at most; no memory. 0: none do.
  size_t quarantine_bytes = size_t{32} << 20;
};

/// What a guard has done, since it was made or now.
struct GuardStats {
  uint64_t guarded = 0;     ///< allocations that were guarded
  uint64_t no_room = 0;     ///< those that were to be, but a bound was reached
  uint64_t no_mapping = 0;  ///< those that were to be, but the system refused
  size_t live = 0;          ///< guarded blocks that are live
  size_t live_bytes = 0;    ///< bytes asked for in them
  size_t quarantined = 0;   ///< freed blocks that are protected
};

/// A guard before `backing`, which must outlive it: any allocator. It has scopes where
/// `backing` has; guarded blocks of a scope go with it. nullptr when `backing` is null, or
/// has no memory for what the guard keeps of itself. Where the system refuses addresses for
/// the pages, everything passes on. The guard may be used by as many threads as `backing`.
///
/// A resized block that is guarded moves, and stays guarded. Freeing one twice, a pointer
/// into one, and a pattern that was overwritten end the program with a message in every build.
IAllocator guard_create(IAllocator backing, const GuardOptions& options = {},
                        Site site = Site::current());

/// Ends a guard, and with it all guarded blocks; those that passed on stay in its backing
/// allocator. nullptr is fine; what guard_create() did not make ends the program with a
/// message. Under CEX_TEST, reports open scopes and, where `backing` has none, guarded blocks
/// that were not freed.
void guard_destroy(IAllocator a, Site site = Site::current());

/// What the guard `a`, or that of the scope `a`, has done. Thread-safe. An `a` that is null or
/// no guard ends the program with a message.
GuardStats guard_stats(IAllocator a, Site site = Site::current());

/// Whether `p` points into the addresses of guarded blocks, live or not: false for a block that
/// passed on. Takes constant time. Thread-safe. An `a` that is null or no guard ends the
/// program with a message.
bool guard_owns(IAllocator a, const void* p, Site site = Site::current());

namespace detail {
// The functions above, spelled as in `AllocatorGuard.create(…)`.
struct GuardFunctions {
  IAllocator create(IAllocator backing, const GuardOptions& options = {},
                    Site site = Site::current()) const {
    return guard_create(backing, options, site);
  }
  void destroy(IAllocator a, Site site = Site::current()) const { guard_destroy(a, site); }
  GuardStats stats(IAllocator a, Site site = Site::current()) const { return guard_stats(a, site); }
  bool owns(IAllocator a, const void* p, Site site = Site::current()) const {
    return guard_owns(a, p, site);
  }
};
}  // namespace detail
}  // namespace cex

/// cex::guard_create(), guard_destroy(), guard_stats() and guard_owns(), spelled
/// `AllocatorGuard.create(…)` and so on.
inline constexpr ::cex::detail::GuardFunctions AllocatorGuard{};

#endif  // CEX_ALLOCATOR_GUARD_H_
