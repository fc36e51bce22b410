/// @file
/// AllocatorGuard: any allocator, with blocks that end at a page which can't be accessed.
///
/// A read or write past the end of a guarded block, or of a freed one, faults at that
/// instruction. A report names the block, the distance of the access from it, and the stacks of
/// its allocation and its free. Then the program ends as it would have without the guard. This
/// needs no checks, no tool and no special build, so it works in production, where it guards one
/// of many allocations:
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
/// All other allocations go to the backing allocator; each costs a random number. A guarded block
/// takes whole pages, and system calls to allocate and to free. Freed blocks stay protected in a
/// quarantine, which takes addresses but no memory. When a limit is reached, or the system has no
/// more mappings, blocks are not guarded; guard_stats() counts them. The technique is that of
/// Electric Fence, the sampling that of GWP-ASan.
///
/// A block whose size is not a multiple of its alignment can't end exactly at its page: up to 63
/// bytes lie between the two. These bytes, and the rest of the block's pages, hold a pattern that
/// is verified when the block is freed: writes there are found then, reads are not. `.exact` makes
/// blocks of the default alignment end at the page whatever their size.
///
/// A system call that gets protected memory fails with EFAULT, without a report. The guard needs a
/// POSIX system, and was run on Linux only. The program's own handler of SIGSEGV (on macOS SIGBUS)
/// is called after the report, as its flags ask for; a handler that is installed later must call
/// the previous one. The report takes up to 16 KiB of the stack, or of the thread's alternate
/// signal stack (sigaltstack): where there is less, the program ends without it. So it does if the
/// thread blocks the signal.
#ifndef CEX_ALLOCATOR_GUARD_H_
#define CEX_ALLOCATOR_GUARD_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/allocator.h"

namespace cex {

/// Options of guard_create().
struct GuardOptions {
  /// Guards one allocation in `one_in`, at random, with the same rate in each thread. 1 guards all
  /// allocations, 0 none.
  uint32_t one_in = 1;

  /// Blocks begin behind a page that can't be accessed, instead of ending at one: an access
  /// before the start faults, and a write behind the end is found when the block is freed.
  bool at_start = false;

  /// Blocks of the default alignment end at the page whatever their size is. So a block is aligned
  /// only if its size is a multiple of that alignment. For text and bytes; code that relies on the
  /// alignment, such as a hf$, may crash.
  bool exact = false;

  /// The most bytes that the pages of live guarded blocks take. A larger block is never guarded.
  size_t max_bytes = size_t{32} << 20;

  /// The most bytes of addresses in which freed blocks stay protected; they take no memory. 0:
  /// freed blocks are not protected.
  size_t quarantine_bytes = size_t{32} << 20;
};

/// Counts of a guard: totals since it was created, and the present state.
struct GuardStats {
  uint64_t guarded = 0;     ///< allocations that were guarded
  uint64_t no_room = 0;     ///< allocations not guarded because a limit was reached
  uint64_t no_mapping = 0;  ///< allocations not guarded because the system refused
  size_t live = 0;          ///< live guarded blocks
  size_t live_bytes = 0;    ///< the bytes requested in them
  size_t quarantined = 0;   ///< freed blocks that are protected
};

/// A guard over `backing`, any allocator, which must outlive it; the guard's own data lie in it, so
/// an arena must not be reset before the guard is destroyed. It has scopes if `backing` has;
/// guarded blocks of a scope are freed with it, if it is ended through the guard. Over tmem$ it
/// allocates only inside scopes, too. Returns nullptr when `backing` is null, or is out of memory
/// for the guard's own data. If the system refuses addresses for the pages, no allocation is
/// guarded. The guard may be used by as many threads as `backing`.
///
/// A guarded block moves when it is resized, and stays guarded. A double free of a guarded block,
/// the free of a pointer into one, and an overwritten pattern end the program with a message in
/// every build.
IAllocator guard_create(IAllocator backing, const GuardOptions& options = {},
                        Site site = Site::current());

/// Destroys a guard and frees all guarded blocks; other blocks stay in its backing allocator.
/// nullptr is fine; anything that guard_create() did not return ends the program with a message.
/// Under CEX_TEST, reports open scopes and, if `backing` has no scopes, guarded blocks that were
/// not freed.
void guard_destroy(IAllocator a, Site site = Site::current());

/// The counts of the guard `a`, or of the guard whose scope `a` is. Thread-safe. An `a` that is
/// null or not a guard ends the program with a message.
GuardStats guard_stats(IAllocator a, Site site = Site::current());

/// Whether `p` points into the addresses of guarded blocks, live or freed: false for a block that
/// is not guarded. Takes constant time. Thread-safe. An `a` that is null or not a guard ends the
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
