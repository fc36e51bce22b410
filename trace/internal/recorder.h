// What a Trace is inside: lanes (wrapped allocators), live blocks, sites, events, and
// one lock over all of them.
#ifndef CEX_TRACE_INTERNAL_RECORDER_H_
#define CEX_TRACE_INTERNAL_RECORDER_H_

#include <mutex>

#include "cex/trace.h"
#include "trace/internal/event_log.h"
#include "trace/internal/live_blocks.h"
#include "trace/internal/sites.h"

namespace cex::detail {

inline constexpr uint32_t kTraceMagic = 0xcea17ace;

// How many scopes may be open whose allocator is another than the one outside.
inline constexpr size_t kMaxInnerAllocators = 32;

// A wrapped allocator. The interface lies first, so that its address is the lane's.
struct Lane {
  Allocator_i base;
  Recorder* recorder;
  IAllocator target;  // who does the work: the wrapped one, or what its scope_enter gave
  uint16_t number;
  bool is_pages;
  char name[64];

  // Used by whoever may use the allocator, as `target`: not under the lock.
  uint32_t open_scopes = 0;
  size_t inner_count = 0;
  struct Inner {
    uint32_t depth;
    IAllocator outside;
  } inner[kMaxInnerAllocators] = {};

  // Under the recorder's lock.
  uint32_t depth = 0;
  uint32_t newest = LiveBlocks::kNone;
  TraceTotals totals = {};
};

class Recorder {
 public:
  Recorder(const TraceOptions& options, uint64_t now);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Null: no memory.
  Lane* add_lane(const Allocator_i& interface, IAllocator a, const char* name, bool is_pages);

  // A block, or null for a failure. `size` may not be 0 when `p` isn't null.
  void note_allocation(Lane* lane, const void* p, size_t size, const Caller& caller);

  // The block is about to be freed.
  void note_free(Lane* lane, const void* p, const Caller& caller);

  // A block is on its way through realloc: another thread may be given its address
  // before we are told of the result.
  struct InFlight {
    LiveBlock block;
    bool is_known;
  };
  InFlight take_off(Lane* lane, const void* p);
  void land(Lane* lane, const InFlight& flight, const void* old, const void* p, size_t size,
            const Caller& caller);

  // A scope was entered, could not be, or is about to end.
  void note_enter(Lane* lane, bool entered, const Caller& caller);
  void note_exit(Lane* lane, const Caller& caller);

  void end_lane(Lane* lane, const Caller& caller);

  TraceTotals totals(const Lane* lane) const;
  uint64_t events() const;
  uint64_t events_lost() const;
  bool is_complete() const;
  bool is_mine(IAllocator a) const;
  IAllocator memory() const { return memory_; }

  // Lanes that were wished for and that there was no memory for.
  void note_unwrapped();

  bool use_addr2line = true;

  // For the writers: locked while `read(*this)` looks at the members below.
  template <typename Read>
  void with_lock(Read read) const {
    const std::lock_guard lock(mutex_);
    read(*this);
  }
  const List<Lane*>& lanes() const { return lanes_; }
  const Sites& sites() const { return sites_; }
  const EventLog& log() const { return log_; }
  uint64_t unwrapped() const { return unwrapped_; }
  uint64_t elapsed() const;  // nanoseconds

 private:
  uint32_t push(EventKind kind, const Lane* lane, uint32_t site, uint64_t where, size_t size);
  void push_end(EventKind kind, const Lane* lane, uint32_t site, const LiveBlock& block);
  // `like` says where among the lane's blocks it belongs, and in which scope.
  void add_block(Lane* lane, const void* p, size_t size, uint32_t site, EventKind kind,
                 const LiveBlock& like);
  LiveBlock newest_of(const Lane* lane) const;
  uint32_t place_of(const Lane* lane, const LiveBlock& block) const;
  void end_block(Lane* lane, uint32_t index, EventKind kind, uint32_t site);
  void count_live(Lane* lane, uint32_t site, size_t size);
  void uncount_live(Lane* lane, uint32_t site, size_t size);

  mutable std::mutex mutex_;
  IAllocator memory_;
  uint64_t start_;
  List<Lane*> lanes_;
  LiveBlocks live_;
  Sites sites_;
  EventLog log_;
  uint64_t unwrapped_ = 0;
};

uint64_t trace_clock();

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_RECORDER_H_
