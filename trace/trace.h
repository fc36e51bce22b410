/// @file
/// Trace: see what a program does with its memory, and where.
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
/// wrap() gives an allocator that does all its work through the one it was given, and
/// writes down each call: what, when, how much, by which thread, and from which line. It
/// has scopes where that has scopes. The allocator of a scope is traced, too, and memory
/// belongs to the scope whose allocator was named. What passes by it, through the inner
/// allocator and through scopes that are opened on that, is not seen: a block that ends so
/// counts as live until its address comes back.
///
/// Sites. Under CEX_TEST a site is the file and line of the mem$ macro. Without, it is
/// the address that the call returns to, past the frames of cex itself, and becomes a
/// function, and with debug information and `addr2line` a line, when the trace is written.
/// An optimizer that turns a function's last call into a jump leaves that function
/// out: its caller is named then.
///
/// What it costs: some 500 instructions per call that allocates or frees, a reading of the
/// clock included; see trace/README.md for scopes and for calls from inside cex. Memory: 32
/// bytes per event, from `memory` and up to `limit`, about 50 for each live block, and 128
/// for each scope that is open (under CEX_TEST also for the last 1,000 that ended).
///
/// It never makes the traced program fail: when the limit is reached or there is no
/// memory, events are no longer recorded, totals and histograms still count every call,
/// and what is written says so.
///
/// Thread safety: any number of threads may allocate through one trace, each from
/// allocators that it may use; a mutex orders what is recorded, and is not held while
/// the inner allocator works. wrap(), totals() and the writers may be called at any time
/// from any thread, too. The writers take working memory from the C++ heap.
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

/// What a trace may use.
struct TraceOptions {
  /// Where the trace's own memory comes from. Must be fit for every thread that is
  /// traced, outlive the trace, and not be wrapped by the same trace.
  IAllocator memory = mem$;

  /// The most bytes of events to keep. The table of live blocks is not part of it.
  size_t limit = size_t{64} << 20;
};

/// How many classes TraceTotals::sizes has.
inline constexpr int kTraceSizeClasses = 64;

/// What went through one wrapped allocator. Sizes are those that were asked for.
struct TraceTotals {
  uint64_t allocations = 0;      ///< malloc and calloc that gave a block; realloc of null too
  uint64_t reallocations = 0;    ///< realloc of a block that worked, moved or not
  uint64_t moves = 0;            ///< of these, those that changed the address
  uint64_t frees = 0;            ///< free of a block
  uint64_t ended_by_scope = 0;   ///< blocks that went with their scope, or by Trace::end()
  uint64_t failures = 0;         ///< malloc, calloc, realloc and scope_enter that gave null
  uint64_t bytes_requested = 0;  ///< all that was given, realloc's new sizes included
  uint64_t live_blocks = 0;      ///< now
  uint64_t live_bytes = 0;       ///< now
  uint64_t peak_blocks = 0;      ///< the most at one time
  uint64_t peak_bytes = 0;       ///< the most at one time
  uint64_t scopes = 0;           ///< that were entered
  uint64_t max_depth = 0;        ///< of scopes

  /// How many blocks of each size, realloc's new sizes included: [n] counts sizes from
  /// 2^n to 2^(n+1) - 1.
  uint64_t sizes[kTraceSizeClasses] = {};

  /// False when the table of live blocks got no memory once: live and peak figures, and
  /// ended_by_scope, may then be too small. All other figures are exact always.
  bool live_is_exact = true;
};

/// Records what goes through the allocators that it wraps.
class Trace {
 public:
  /// Takes no memory but one small block from `options.memory`; without it, records nothing
  /// and wrap() returns what it was given.
  explicit Trace(const TraceOptions& options = {});

  /// Ends the allocators that wrap() gave; the ones behind them go on.
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  /// An allocator that stands before `a`, which must outlive its use, and is called
  /// `name` (copied; its first 63 bytes) in what is written. Valid as long as the trace.
  /// `a` itself, untraced, where there is no memory for it; null for a null `a`.
  IAllocator wrap(IAllocator a, const char* name);

  /// The same, for an allocator that pages of arenas come from: they are drawn as the
  /// ground on which the blocks of other allocators stand.
  IAllocator wrap_pages(IAllocator a, const char* name);

  /// Says that the allocator behind `wrapped` is about to end, and all its blocks with
  /// it: call it before AllocatorArena.destroy() and reset(), whose work a trace can't see, and
  /// wrap an arena anew that is reset. The
  /// allocator of a scope stands for the one that was wrapped.
  void end(IAllocator wrapped);

  /// Of all that was wrapped at once, its scopes included, also for the allocator of a
  /// scope. All zero for an allocator that is not of this trace.
  TraceTotals totals(IAllocator wrapped) const;

  /// Whether each event since the trace began has been recorded, and each scope traced.
  bool is_complete() const;

  /// Events recorded, and not recorded: out of memory, or over the limit.
  uint64_t events() const;
  uint64_t events_lost() const;  ///< See events().

  /// Writes Trace Event JSON, which Perfetto (ui.perfetto.dev) and chrome://tracing
  /// open: scopes as nested spans of their thread, the bytes of each allocator as
  /// counters, failures as marks; totals, histograms and sites under "otherData".
  /// False and errno when that fails; what was written is then no whole file.
  bool write_chrome_json(const char* path);
  bool write_chrome_json(FILE* file);  ///< To an open file, which stays open.

  /// Writes one HTML page, which needs nothing else: time across, pages and blocks as
  /// coloured areas, scopes as brackets, and tables of totals, sizes and sites. False
  /// and errno as above.
  bool write_html(const char* path, const char* title = "Memory");
  bool write_html(FILE* file, const char* title = "Memory");  ///< To an open file.

  /// Whether the writers may run `addr2line` (from the PATH) to turn addresses into
  /// lines; true unless called. Without, sites of release builds are functions.
  void set_uses_addr2line(bool yes);

 private:
  IAllocator wrap_as(IAllocator a, const char* name, bool is_pages);

  detail::Recorder* recorder_;  // null: there was no memory for one
};

}  // namespace cex

#endif  // CEX_TRACE_TRACE_H_
