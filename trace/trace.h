/// @file
/// Trace: records what a program does with its memory, when and where.
///
/// ```cpp
/// cex::Trace trace;
/// IAllocator pages = trace.wrap_pages(mem$, "pages");
/// IAllocator arena = AllocatorArena.create(4096, {.backing = pages});
/// IAllocator a = trace.wrap(arena, "parse tree");
/// mem$scope(a, _) { parse(_, text); }               // use `a` in the arena's place
/// trace.end(a);
/// AllocatorArena.destroy(arena);
/// if (!trace.write_html("memory.html")) perror("memory.html");
/// if (!trace.write_chrome_json("memory.json")) perror("memory.json");   // for Perfetto
/// ```
///
/// wrap() returns an allocator that works through the one it was given and records each call: what,
/// when, how much, by which thread, and from which line. It has scopes if the wrapped allocator
/// has; the allocator of a scope is traced, too. If the wrapped allocator has no memory for a
/// scope, that counts as one failure; the scope's allocator then returns nullptr for each request,
/// which is not recorded. Calls made directly on the wrapped allocator, or on scopes that are
/// opened on it, are not recorded. A traced block that is freed directly on the wrapped allocator
/// counts as live until its address is allocated again.
///
/// Sites. Under CEX_TEST a site is the file and line of the mem$ macro. In other builds it is the
/// return address of the call, past the frames of cex. When the trace is written, the address
/// becomes the name of a function, and with debug information and `addr2line` a line. If the
/// optimizer made a function's last call a jump, the function's caller is named.
///
/// Costs: some 500 instructions per call that allocates or frees, a reading of the clock included;
/// trace/README.md has scopes, and calls from inside cex. Memory: 32 bytes per event, up to
/// `limit`, about 50 bytes per live block, and 128 per open scope (under CEX_TEST also for the last
/// 1,000 of each allocator that ended).
///
/// The trace never makes the program fail. When the limit is reached, or the trace is out of
/// memory, it stops recording events, but totals and histograms still count every call; the written
/// page says so. A scope that is opened without memory for its record is not traced: calls inside
/// it, and its depth, count nowhere. Nor do requests that the mem$ macros refuse, of 0 bytes say.
///
/// Thread safety: any number of threads may allocate through one trace, each from allocators that
/// it may use. A mutex orders the events; it is not held while the wrapped allocator works. wrap(),
/// totals() and the writers may be called at any time from any thread. The writers take working
/// memory from the C++ heap; if it has none, they return false, and errno is ENOMEM. Compiled
/// without exceptions, operator new ends the program instead.
#ifndef CEX_TRACE_TRACE_H_
#define CEX_TRACE_TRACE_H_

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cex/allocator.h"

namespace cex {

namespace detail {
class Recorder;
}

/// Options of a trace.
struct TraceOptions {
  /// Where the trace's own memory comes from. It must allow use by every traced thread, must
  /// outlive the trace, and must not be wrapped by the same trace.
  IAllocator memory = mem$;

  /// The most bytes of events to keep. The table of live blocks is not counted.
  size_t limit = size_t{64} << 20;
};

/// The number of classes of TraceTotals::sizes.
inline constexpr int kTraceSizeClasses = 64;

/// Totals of one wrapped allocator. Sizes are the requested ones.
struct TraceTotals {
  uint64_t allocations = 0;      ///< successful malloc and calloc, and realloc of null
  uint64_t reallocations = 0;    ///< successful realloc of a block, moved or not
  uint64_t moves = 0;            ///< those of them that changed the address
  uint64_t frees = 0;            ///< free of a block
  uint64_t ended_by_scope = 0;   ///< blocks that ended with their scope, by Trace::end(), or unseen
  uint64_t failures = 0;         ///< malloc, calloc, realloc and scope_enter that returned null
  uint64_t bytes_requested = 0;  ///< of all successful calls, realloc's new sizes included
  uint64_t live_blocks = 0;      ///< now
  uint64_t live_bytes = 0;       ///< now
  uint64_t peak_blocks = 0;      ///< the most at one time
  uint64_t peak_bytes = 0;       ///< the most at one time
  uint64_t scopes = 0;           ///< scopes entered
  uint64_t max_depth = 0;        ///< the most scopes open at one time

  /// Blocks by size, realloc's new sizes included: [n] counts sizes from 2^n to 2^(n+1) - 1.
  uint64_t sizes[kTraceSizeClasses] = {};

  /// False if the table of live blocks was ever out of memory: then live and peak figures, and
  /// ended_by_scope, may be too small. All other figures are always exact, unless a scope could not
  /// be traced.
  bool live_is_exact = true;
};

/// Records the calls of the allocators that it wraps.
class Trace {
 public:
  /// Allocates one small block from `options.memory`. If that fails, the trace records nothing, and
  /// wrap() returns what it was given.
  explicit Trace(const TraceOptions& options = {});

  /// Ends the allocators that wrap() returned; the wrapped ones live on.
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  /// An allocator that wraps `a` and is called `name` (its first 63 bytes, copied) in the output.
  /// `a` must outlive its use. Valid as long as the trace. If out of memory, or after 65,535
  /// allocators, returns `a` itself, untraced; null for a null `a`.
  IAllocator wrap(IAllocator a, const char* name);

  /// The same for the backing allocator of arenas: its blocks are drawn as the pages on which the
  /// blocks of other allocators lie.
  IAllocator wrap_pages(IAllocator a, const char* name);

  /// Records that the allocator behind `wrapped`, and all its blocks, are about to end. Call it
  /// before AllocatorArena.destroy() and reset(), which a trace can't see; after reset(), wrap the
  /// arena again. `wrapped` may also be the allocator of a scope; it means the whole arena.
  void end(IAllocator wrapped);

  /// The totals of a wrapped allocator, its scopes included; also for the allocator of one of its
  /// scopes. All zero for an allocator that is not of this trace.
  TraceTotals totals(IAllocator wrapped) const;

  /// Whether every event since the trace began was recorded, and every scope traced.
  bool is_complete() const;

  /// Events recorded, and not recorded: out of memory, or over the limit.
  uint64_t events() const;
  uint64_t events_lost() const;  ///< See events().

  /// Writes Trace Event JSON, which Perfetto (ui.perfetto.dev) and chrome://tracing open: scopes as
  /// nested spans of their thread, the bytes of each allocator as counters, failures as marks;
  /// totals, histograms and sites under "otherData". Returns false and sets errno on failure; the
  /// file is incomplete then.
  bool write_chrome_json(const char* path);
  bool write_chrome_json(FILE* file);  ///< To an open file, which stays open.

  /// Writes one self-contained HTML page: time from left to right, pages and blocks as coloured
  /// areas, scopes as brackets, and tables of totals, sizes and sites. Fails as above.
  bool write_html(const char* path, const char* title = "Memory");
  bool write_html(FILE* file, const char* title = "Memory");  ///< To an open file.

  /// Whether the writers may run `addr2line` (from the PATH) to turn addresses into lines; true by
  /// default. Without it, sites of release builds are functions.
  void set_uses_addr2line(bool yes);

 private:
  IAllocator wrap_as(IAllocator a, const char* name, bool is_pages);

  detail::Recorder* recorder_;  // null: there was no memory for one
};

}  // namespace cex

#endif  // CEX_TRACE_TRACE_H_
