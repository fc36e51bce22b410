// The events of a trace in their order: 32 bytes each, in chunks that never move.
#ifndef CEX_TRACE_INTERNAL_EVENT_LOG_H_
#define CEX_TRACE_INTERNAL_EVENT_LOG_H_

#include "trace/internal/list.h"

namespace cex::detail {

enum class EventKind : uint8_t {
  kBirth,       // a block
  kFree,        // ends of a block: by free,
  kReallocEnd,  // by realloc, before the birth of the new one,
  kScopeEnd,    // with its scope; the scope's kExit comes after all of them,
  kLostEnd,     // unseen: its address was given out again, or its allocator ended
  kEnter,       // scopes
  kExit,
  kFailure,  // an allocation, or a scope, that there was no memory for
};

constexpr bool is_end(EventKind kind) {
  return kind >= EventKind::kFree && kind <= EventKind::kLostEnd;
}

struct Event {
  uint64_t nanoseconds;  // since the trace began
  uint64_t where;        // births: the address. Ends: the number of the event of its birth
  uint64_t size;         // births, ends and failures: bytes
  uint32_t kind : 4;
  uint32_t site : 28;
  uint16_t lane;
  uint16_t thread;
};
static_assert(sizeof(Event) == 32);

class EventLog {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  EventLog(IAllocator a, size_t limit) : allocator_(a), limit_(limit), chunks_(a) {}
  ~EventLog() {
    for (Event* chunk : chunks_) mem_free(allocator_, chunk);
  }
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  // The number of the event, or kNone: it is full, and will take no more, so that
  // what it has is all that happened up to some time.
  uint32_t push(const Event& event) {
    if (is_full_ || (size_ % kChunkEvents == 0 && !add_chunk())) {
      is_full_ = true;
      ++lost_;
      return kNone;
    }
    chunks_[size_ / kChunkEvents][size_ % kChunkEvents] = event;
    return size_++;
  }

  // Counts an event that can't be recorded.
  void lose() { ++lost_; }

  uint32_t size() const { return size_; }
  uint64_t lost() const { return lost_; }
  const Event& operator[](size_t i) const { return chunks_[i / kChunkEvents][i % kChunkEvents]; }

 private:
  static constexpr uint32_t kChunkEvents = 512;

  bool add_chunk() {
    constexpr size_t kBytes = kChunkEvents * sizeof(Event);
    if (limit_ < kBytes || size_ > kNone - kChunkEvents - 1) return false;
    Event* chunk = mem_malloc(allocator_, kBytes);
    if (chunk == nullptr) return false;
    if (!chunks_.push(chunk)) {
      mem_free(allocator_, chunk);
      return false;
    }
    limit_ -= kBytes;
    return true;
  }

  IAllocator allocator_;
  size_t limit_;
  List<Event*> chunks_;
  uint32_t size_ = 0;
  bool is_full_ = false;
  uint64_t lost_ = 0;
};

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_EVENT_LOG_H_
