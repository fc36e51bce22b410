#include "trace/internal/recorder.h"

#include <string.h>
#include <time.h>

#include <atomic>
#include <new>

namespace cex::detail {
namespace {

constexpr size_t kMaxLanes = UINT16_MAX;

// Small numbers in the order in which threads were first seen by any trace.
uint16_t thread_number() {
  static std::atomic<uint32_t> threads{0};
  static constinit thread_local uint16_t mine = 0;
  if (mine == 0) {
    const uint32_t number = threads.fetch_add(1, std::memory_order_relaxed) + 1;
    mine = number < UINT16_MAX ? static_cast<uint16_t>(number) : UINT16_MAX;
  }
  return mine;
}

int size_class(size_t size) {
  return 63 - __builtin_clzll(static_cast<unsigned long long>(size) | 1);
}

}  // namespace

uint64_t trace_clock() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000 + static_cast<uint64_t>(now.tv_nsec);
}

Recorder::Recorder(const TraceOptions& options, uint64_t now)
    : memory_(options.memory),
      start_(now),
      lanes_(memory_),
      live_(memory_),
      sites_(memory_),
      log_(memory_, options.limit) {}

Recorder::~Recorder() {
  for (Lane* lane : lanes_) mem_free(memory_, lane);
}

uint64_t Recorder::elapsed() const { return trace_clock() - start_; }

Lane* Recorder::add_lane(const Allocator_i& interface, IAllocator a, const char* name,
                         bool is_pages) {
  const std::lock_guard lock(mutex_);
  if (lanes_.size() >= kMaxLanes) return nullptr;
  void* const memory = mem_malloc(memory_, sizeof(Lane), alignof(Lane));
  if (memory == nullptr) return nullptr;
  auto* lane = ::new (memory) Lane{
      .base = {interface.malloc,
               interface.calloc,
               interface.realloc,
               interface.free,
               interface.scope_enter,
               interface.scope_exit,
               interface.scope_depth,
               {kTraceMagic, a->meta.is_arena, a->meta.is_temp}},
      .recorder = this,
      .target = a,
      .number = static_cast<uint16_t>(lanes_.size()),
      .is_pages = is_pages,
      .name = {},
  };
  if (name != nullptr) strncpy(lane->name, name, sizeof(lane->name) - 1);
  if (lanes_.push(lane)) return lane;
  mem_free(memory_, lane);
  return nullptr;
}

uint32_t Recorder::push(EventKind kind, const Lane* lane, uint32_t site, uint64_t where,
                        size_t size) {
  Event event{};
  event.nanoseconds = elapsed();
  event.where = where;
  event.size = size;
  event.kind = static_cast<uint32_t>(kind) & 15;
  event.site = site & 0xfffffff;
  event.lane = lane->number;
  event.thread = thread_number();
  return log_.push(event);
}

// The end of a block whose birth wasn't recorded is not, either.
void Recorder::push_end(EventKind kind, const Lane* lane, uint32_t site, const LiveBlock& block) {
  if (block.birth == EventLog::kNone) {
    log_.lose();
  } else {
    push(kind, lane, site, block.birth, block.size);
  }
}

void Recorder::count_live(Lane* lane, uint32_t site, size_t size) {
  TraceTotals& totals = lane->totals;
  totals.live_bytes += size;
  ++totals.live_blocks;
  if (totals.live_bytes > totals.peak_bytes) totals.peak_bytes = totals.live_bytes;
  if (totals.live_blocks > totals.peak_blocks) totals.peak_blocks = totals.live_blocks;
  TraceSite& here = sites_[site];
  here.live_bytes += size;
  if (here.live_bytes > here.peak_bytes) here.peak_bytes = here.live_bytes;
}

void Recorder::uncount_live(Lane* lane, uint32_t site, size_t size) {
  lane->totals.live_bytes -= size;
  --lane->totals.live_blocks;
  sites_[site].live_bytes -= size;
}

void Recorder::end_block(Lane* lane, uint32_t index, EventKind kind, uint32_t site) {
  const LiveBlock block = live_[index];
  live_.remove(index, &lane->newest);
  uncount_live(lane, block.site, block.size);
  push_end(kind, lane, site, block);
}

// What a block that is made now is like.
LiveBlock Recorder::newest_of(const Lane* lane) const {
  LiveBlock block{};
  block.depth = lane->depth;
  block.newer = LiveBlocks::kNone;
  return block;
}

// Before which block one goes that was taken off. With scopes the lane has one thread,
// and nothing has changed; without, the order doesn't matter.
uint32_t Recorder::place_of(const Lane* lane, const LiveBlock& block) const {
  return lane->depth > 0 ? block.newer : LiveBlocks::kNone;
}

void Recorder::add_block(Lane* lane, const void* p, size_t size, uint32_t site, EventKind kind,
                         const LiveBlock& like) {
  // Left over: it went unseen, and its address came back.
  const uint32_t old = live_.find(lane->number, p);
  if (old != LiveBlocks::kNone) {
    ++lane->totals.ended_by_scope;
    end_block(lane, old, EventKind::kLostEnd, Sites::kUnknown);
  }
  lane->totals.bytes_requested += size;
  ++lane->totals.sizes[size_class(size)];
  TraceSite& here = sites_[site];
  ++here.allocations;
  here.bytes += size;
  const LiveBlock block = {
      .p = p,
      .size = size,
      .site = site,
      .birth = push(kind, lane, site, reinterpret_cast<uintptr_t>(p), size),
      .depth = like.depth,
      .older = LiveBlocks::kNone,
      .newer = LiveBlocks::kNone,
      .lane = lane->number,
  };
  if (live_.add(block, &lane->newest, place_of(lane, like))) {
    count_live(lane, site, size);
  } else {
    lane->totals.live_is_exact = false;
  }
}

void Recorder::note_allocation(Lane* lane, const void* p, size_t size, const Caller& caller) {
  const std::lock_guard lock(mutex_);
  const uint32_t site = sites_.find(lane->number, caller);
  if (p == nullptr) {
    ++lane->totals.failures;
    ++sites_[site].failures;
    push(EventKind::kFailure, lane, site, 0, size);
    return;
  }
  ++lane->totals.allocations;
  add_block(lane, p, size, site, EventKind::kBirth, newest_of(lane));
}

void Recorder::note_free(Lane* lane, const void* p, const Caller& caller) {
  const std::lock_guard lock(mutex_);
  ++lane->totals.frees;
  const uint32_t index = live_.find(lane->number, p);
  if (index == LiveBlocks::kNone) return;  // from before the trace, or by another way
  end_block(lane, index, EventKind::kFree, sites_.find(lane->number, caller));
}

Recorder::InFlight Recorder::take_off(Lane* lane, const void* p) {
  const std::lock_guard lock(mutex_);
  const uint32_t index = live_.find(lane->number, p);
  if (index == LiveBlocks::kNone) return {{}, false};
  const InFlight flight = {live_[index], true};
  live_.remove(index, &lane->newest);
  return flight;
}

void Recorder::land(Lane* lane, const InFlight& flight, const void* old, const void* p, size_t size,
                    const Caller& caller) {
  const std::lock_guard lock(mutex_);
  const uint32_t site = sites_.find(lane->number, caller);
  if (p == nullptr) {
    ++lane->totals.failures;
    ++sites_[site].failures;
    push(EventKind::kFailure, lane, site, 0, size);
    if (flight.is_known && !live_.add(flight.block, &lane->newest, place_of(lane, flight.block))) {
      lane->totals.live_is_exact = false;
      uncount_live(lane, flight.block.site, flight.block.size);
    }
    return;
  }
  ++lane->totals.reallocations;
  if (p != old) ++lane->totals.moves;
  if (flight.is_known) {
    uncount_live(lane, flight.block.site, flight.block.size);
    push_end(EventKind::kReallocEnd, lane, site, flight.block);
  }
  // In place it stays in its scope; a copy goes with the scope of now.
  const bool stays = flight.is_known && p == old;
  add_block(lane, p, size, site, EventKind::kRealloc, stays ? flight.block : newest_of(lane));
}

void Recorder::note_enter(Lane* lane, bool entered, const Caller& caller) {
  const std::lock_guard lock(mutex_);
  const uint32_t site = sites_.find(lane->number, caller);
  if (!entered) {
    ++lane->totals.failures;
    ++sites_[site].failures;
    push(EventKind::kFailure, lane, site, 0, 0);
    return;
  }
  ++lane->totals.scopes;
  ++lane->depth;
  if (lane->depth > lane->totals.max_depth) lane->totals.max_depth = lane->depth;
  push(EventKind::kEnter, lane, site, lane->depth, 0);
}

void Recorder::note_exit(Lane* lane, const Caller& caller) {
  const std::lock_guard lock(mutex_);
  if (lane->depth == 0) return;
  const uint32_t site = sites_.find(lane->number, caller);
  // Newest first: those of this scope all came after those of the ones around it.
  for (uint32_t index = lane->newest; index != LiveBlocks::kNone;) {
    const LiveBlock& block = live_[index];
    if (block.depth < lane->depth) break;
    const uint32_t older = block.older;
    ++lane->totals.ended_by_scope;
    end_block(lane, index, EventKind::kScopeEnd, site);
    index = older;
  }
  --lane->depth;
  push(EventKind::kExit, lane, site, lane->depth + 1, 0);
}

void Recorder::end_lane(Lane* lane, const Caller& caller) {
  const std::lock_guard lock(mutex_);
  const uint32_t site = sites_.find(lane->number, caller);
  while (lane->newest != LiveBlocks::kNone) {
    ++lane->totals.ended_by_scope;
    end_block(lane, lane->newest, EventKind::kLostEnd, site);
  }
}

TraceTotals Recorder::totals(const Lane* lane) const {
  const std::lock_guard lock(mutex_);
  return lane->totals;
}

uint64_t Recorder::events() const {
  const std::lock_guard lock(mutex_);
  return log_.size();
}

uint64_t Recorder::events_lost() const {
  const std::lock_guard lock(mutex_);
  return log_.lost();
}

bool Recorder::is_complete() const {
  const std::lock_guard lock(mutex_);
  return log_.lost() == 0 && unwrapped_ == 0;
}

bool Recorder::is_mine(IAllocator a) const {
  return a != nullptr && a->meta.magic_id == kTraceMagic &&
         reinterpret_cast<const Lane*>(a)->recorder == this;
}

void Recorder::note_unwrapped() {
  const std::lock_guard lock(mutex_);
  ++unwrapped_;
}

}  // namespace cex::detail
