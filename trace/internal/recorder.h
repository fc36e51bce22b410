// What a Trace is inside: lanes (wrapped allocators) and their levels, live blocks, sites,
// events, and one lock over all of them.
#ifndef CEX_TRACE_INTERNAL_RECORDER_H_
#define CEX_TRACE_INTERNAL_RECORDER_H_

#include <mutex>

#include "cex/sanitizer/internal/fork_mutex.h"
#ifdef CEX_TEST
#include "cex/sanitizer/internal/guarded_blocks.h"
#endif
#include "cex/trace.h"
#include "trace/internal/event_log.h"
#include "trace/internal/live_blocks.h"
#include "trace/internal/sites.h"

namespace cex::detail {

inline constexpr uint32_t kTraceMagic = 0xcea17ace;

// What the program allocates from: the wrapped allocator itself, or one of its scopes. The
// interface lies first, so that its address is the level's.
struct TraceLevel {
  Allocator_i base;
  TracedAllocator* lane;
  IAllocator target;  // who does the work: the wrapped one, or what its scope_enter gave
  TraceLevel* outer;  // null: of the wrapped allocator itself
  uint32_t depth = 0;
  uint32_t target_depth = 0;  // the target's own when the scope was opened
  bool is_open = true;
  TraceLevel* newer = nullptr;  // of those that have ended

  // Under the recorder's lock.
  uint32_t newest = LiveBlocks::kNone;
};

// A wrapped allocator.
struct TracedAllocator {
  TraceLevel outermost;
  Recorder* recorder;
  uint16_t number;
  bool is_pages;
  char name[64];

  // Used by whoever may use the allocator: not under the lock.
  TraceLevel* innermost = &outermost;

  // Under the recorder's lock.
  TraceTotals totals = {};
  // Levels that have ended, for scopes to come. With the checks only when there are many:
  // until then the allocator below can tell of the use of one.
  static constexpr size_t kKeptLevels = kChecked ? 1000 : 0;
  TraceLevel* oldest_ended = nullptr;
  TraceLevel* newest_ended = nullptr;
  size_t ended_count = 0;
};

class Recorder {
 public:
  Recorder(const TraceOptions& options, uint64_t now);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Null when out of memory.
  TracedAllocator* add_lane(const Allocator_i& interface, IAllocator a, const char* name,
                            bool is_pages);

  // A block, or null for a failure. `size` may not be 0 when `p` isn't null.
  void note_allocation(TraceLevel* level, const void* p, size_t size, const Caller& caller);

  // The block is about to be freed.
  void note_free(TracedAllocator* lane, const void* p, const Caller& caller);

  // A block during realloc: another thread may be given its address before the result is recorded.
  // Without a level: it is not known.
  LiveBlock begin_realloc(TracedAllocator* lane, const void* p);
  void end_realloc(TraceLevel* level, const LiveBlock& was, const void* old, const void* p,
                   size_t size, const Caller& caller);

  // A scope was entered, whose allocator is `inside`; null if that failed. Returns the level that
  // wraps `inside`, or `inside` itself when out of memory.
  IAllocator note_enter(TracedAllocator* lane, IAllocator inside, const Caller& caller);

  // The innermost scope is about to end.
  void note_exit(TracedAllocator* lane, const Caller& caller);

  void end_lane(TracedAllocator* lane, const Caller& caller);

  TraceTotals totals(const TracedAllocator* lane) const;
  uint64_t events() const;
  uint64_t events_lost() const;
  bool is_complete() const;
  bool is_mine(IAllocator a) const;
  IAllocator memory() const { return memory_; }

  // There was no memory to wrap an allocator.
  void note_unwrapped();

  bool use_addr2line = true;

  // For the writers: locked while `read(*this)` looks at the members below.
  template <typename Read>
  void with_lock(Read read) const {
    const std::lock_guard lock(mutex_);
    read(*this);
  }
  const List<TracedAllocator*>& lanes() const { return lanes_; }
  const Sites& sites() const { return sites_; }
  const EventLog& log() const { return log_; }
  uint64_t unwrapped() const { return unwrapped_; }
  uint64_t elapsed() const;  // nanoseconds

 private:
  // Under the lock. What is allocated then is as old as the trace, and no leak of the test case
  // that made the trace grow.
  class Work {
   public:
#ifdef CEX_TEST
    explicit Work(const Recorder* recorder) : lock_(recorder->mutex_), trace_(recorder->birth_) {}
#else
    explicit Work(const Recorder* recorder) : lock_(recorder->mutex_) {}
#endif

   private:
    const std::lock_guard<MemberForkMutex> lock_;
#ifdef CEX_TEST
    const AsOldAs trace_;
#endif
  };

  uint32_t push(EventKind kind, const TracedAllocator* lane, uint32_t site, uint64_t where,
                size_t size);
  void push_end(EventKind kind, const TracedAllocator* lane, uint32_t site, const LiveBlock& block);
  TraceLevel* take_level(TracedAllocator* lane);  // null: no memory
  void add_block(TraceLevel* level, const void* p, size_t size, uint32_t site);
  void end_block(uint32_t index, EventKind kind, uint32_t site);
  void end_blocks(TraceLevel* level, EventKind kind, uint32_t site);
  void count_live(TracedAllocator* lane, uint32_t site, size_t size);
  void uncount_live(TracedAllocator* lane, uint32_t site, size_t size);

  mutable MemberForkMutex mutex_;
  IAllocator memory_;
  uint64_t start_;
  List<TracedAllocator*> lanes_;
  LiveBlocks live_;
  Sites sites_;
  EventLog log_;
  uint64_t unwrapped_ = 0;
#ifdef CEX_TEST
  const uint64_t birth_ = take_block_number();
#endif
};

uint64_t trace_clock();

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_RECORDER_H_
