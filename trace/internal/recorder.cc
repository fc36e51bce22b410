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

// An allocator before `target`, with the functions and the kind of `like`.
TraceLevel make_level(const Allocator_i& like, bool is_arena, bool is_temp, TracedAllocator* lane,
                      IAllocator target, TraceLevel* outer) {
  return {
      .base = {like.malloc,
               like.calloc,
               like.realloc,
               like.free,
               like.scope_enter,
               like.scope_exit,
               like.scope_depth,
               {kTraceMagic, is_arena, is_temp}},
      .lane = lane,
      .target = target,
      .outer = outer,
  };
}

void end_level(TracedAllocator* lane) {
  TraceLevel* const level = lane->innermost;
  lane->innermost = level->outer;
  level->is_open = false;
  level->newer = nullptr;
  (lane->oldest_ended != nullptr ? lane->newest_ended->newer : lane->oldest_ended) = level;
  lane->newest_ended = level;
  ++lane->ended_count;
}

// Whose a block is that is allocated through `level`: of an allocator whose scopes have no
// allocators of their own it is the innermost scope's.
TraceLevel* owner_of(TraceLevel* level) {
  TraceLevel* const innermost = level->lane->innermost;
  return innermost->target == level->target ? innermost : level;
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
  for (TracedAllocator* lane : lanes_) {
    while (lane->innermost->outer != nullptr) end_level(lane);
    while (TraceLevel* level = lane->oldest_ended) {
      lane->oldest_ended = level->newer;
      mem_free(memory_, level);
    }
    mem_free(memory_, lane);
  }
}

uint64_t Recorder::elapsed() const { return trace_clock() - start_; }

TracedAllocator* Recorder::add_lane(const Allocator_i& interface, IAllocator a, const char* name,
                                    bool is_pages) {
  const Work work(this);
  if (lanes_.size() >= kMaxLanes) return nullptr;
  void* const memory = mem_malloc(memory_, sizeof(TracedAllocator), alignof(TracedAllocator));
  if (memory == nullptr) return nullptr;
  auto* lane = static_cast<TracedAllocator*>(memory);
  ::new (memory) TracedAllocator{
      .outermost = make_level(interface, a->meta.is_arena, a->meta.is_temp, lane, a, nullptr),
      .recorder = this,
      .number = static_cast<uint16_t>(lanes_.size()),
      .is_pages = is_pages,
      .name = {},
  };
  if (name != nullptr) strncpy(lane->name, name, sizeof(lane->name) - 1);
  if (lanes_.push(lane)) return lane;
  mem_free(memory_, lane);
  return nullptr;
}

uint32_t Recorder::push(EventKind kind, const TracedAllocator* lane, uint32_t site, uint64_t where,
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
void Recorder::push_end(EventKind kind, const TracedAllocator* lane, uint32_t site,
                        const LiveBlock& block) {
  if (block.birth == EventLog::kNone) {
    log_.lose();
  } else {
    push(kind, lane, site, block.birth, block.size);
  }
}

void Recorder::count_live(TracedAllocator* lane, uint32_t site, size_t size) {
  TraceTotals& totals = lane->totals;
  totals.live_bytes += size;
  ++totals.live_blocks;
  if (totals.live_bytes > totals.peak_bytes) totals.peak_bytes = totals.live_bytes;
  if (totals.live_blocks > totals.peak_blocks) totals.peak_blocks = totals.live_blocks;
  TraceSite& here = sites_[site];
  here.live_bytes += size;
  if (here.live_bytes > here.peak_bytes) here.peak_bytes = here.live_bytes;
}

void Recorder::uncount_live(TracedAllocator* lane, uint32_t site, size_t size) {
  lane->totals.live_bytes -= size;
  --lane->totals.live_blocks;
  sites_[site].live_bytes -= size;
}

void Recorder::end_block(uint32_t index, EventKind kind, uint32_t site) {
  const LiveBlock block = live_[index];
  TracedAllocator* const lane = block.level->lane;
  live_.remove(index);
  uncount_live(lane, block.site, block.size);
  push_end(kind, lane, site, block);
}

void Recorder::end_blocks(TraceLevel* level, EventKind kind, uint32_t site) {
  while (level->newest != LiveBlocks::kNone) {
    ++level->lane->totals.ended_by_scope;
    end_block(level->newest, kind, site);
  }
}

void Recorder::add_block(TraceLevel* level, const void* p, size_t size, uint32_t site) {
  TracedAllocator* const lane = level->lane;
  // Left over: it went unseen, and its address came back.
  const uint32_t old = live_.find(lane, p);
  if (old != LiveBlocks::kNone) {
    ++lane->totals.ended_by_scope;
    end_block(old, EventKind::kLostEnd, Sites::kUnknown);
  }
  lane->totals.bytes_requested += size;
  ++lane->totals.sizes[size_class(size)];
  TraceSite& here = sites_[site];
  ++here.allocations;
  here.bytes += size;
  const LiveBlock block = {
      .p = p,
      .size = size,
      .level = level,
      .site = site,
      .birth = EventLog::kNone,
      .older = LiveBlocks::kNone,
      .newer = LiveBlocks::kNone,
  };
  if (!live_.add(block)) {
    // Nor are its events recorded: its end would not be found, and it would be drawn as live.
    lane->totals.live_is_exact = false;
    log_.lose();
    return;
  }
  count_live(lane, site, size);
  const uint64_t address = reinterpret_cast<uintptr_t>(p);
  live_.set_birth(level->newest, push(EventKind::kBirth, lane, site, address, size));
}

void Recorder::note_allocation(TraceLevel* level, const void* p, size_t size,
                               const Caller& caller) {
  TracedAllocator* const lane = level->lane;
  const Work work(this);
  const uint32_t site = sites_.find(lane->number, caller);
  if (p == nullptr) {
    ++lane->totals.failures;
    ++sites_[site].failures;
    push(EventKind::kFailure, lane, site, 0, size);
    return;
  }
  ++lane->totals.allocations;
  add_block(owner_of(level), p, size, site);
}

void Recorder::note_free(TracedAllocator* lane, const void* p, const Caller& caller) {
  const Work work(this);
  ++lane->totals.frees;
  const uint32_t index = live_.find(lane, p);
  if (index == LiveBlocks::kNone) return;  // from before the trace, or by another way
  end_block(index, EventKind::kFree, sites_.find(lane->number, caller));
}

LiveBlock Recorder::begin_realloc(TracedAllocator* lane, const void* p) {
  const Work work(this);
  const uint32_t index = live_.find(lane, p);
  if (index == LiveBlocks::kNone) return {};
  const LiveBlock block = live_[index];
  live_.remove(index);
  return block;
}

void Recorder::end_realloc(TraceLevel* level, const LiveBlock& was, const void* old, const void* p,
                           size_t size, const Caller& caller) {
  TracedAllocator* const lane = level->lane;
  const Work work(this);
  const uint32_t site = sites_.find(lane->number, caller);
  if (p == nullptr) {
    ++lane->totals.failures;
    ++sites_[site].failures;
    push(EventKind::kFailure, lane, site, 0, size);
    if (was.level != nullptr && !live_.add(was)) {
      lane->totals.live_is_exact = false;
      log_.lose();  // its end
      uncount_live(lane, was.site, was.size);
    }
    return;
  }
  ++lane->totals.reallocations;
  if (p != old) ++lane->totals.moves;
  if (was.level != nullptr) {
    uncount_live(lane, was.site, was.size);
    push_end(EventKind::kReallocEnd, lane, site, was);
  }
  // In place it stays in its scope; a copy belongs to the allocator that was named.
  const bool stays = was.level != nullptr && p == old;
  add_block(stays ? was.level : owner_of(level), p, size, site);
}

IAllocator Recorder::note_enter(TracedAllocator* lane, IAllocator inside, const Caller& caller) {
  const uint32_t target_depth = inside != nullptr ? scope_depth_of(inside) : 0;
  const Work work(this);
  const uint32_t site = sites_.find(lane->number, caller);
  if (inside == nullptr) {
    ++lane->totals.failures;
    ++sites_[site].failures;
    push(EventKind::kFailure, lane, site, 0, 0);
    return nullptr;
  }
  TraceLevel* const outer = lane->innermost;
  const uint32_t depth = outer->depth + 1;
  ++lane->totals.scopes;
  if (depth > lane->totals.max_depth) lane->totals.max_depth = depth;
  TraceLevel* const level = take_level(lane);
  if (level == nullptr) {
    // What is allocated inside passes by the trace, which is better than to fail.
    ++unwrapped_;
    return inside;
  }
  level->target = inside;
  level->outer = outer;
  level->depth = depth;
  level->target_depth = target_depth;
  level->is_open = true;
  lane->innermost = level;
  push(EventKind::kEnter, lane, site, depth, 0);
  return &level->base;
}

TraceLevel* Recorder::take_level(TracedAllocator* lane) {
  if (lane->ended_count > TracedAllocator::kKeptLevels) {
    TraceLevel* const level = lane->oldest_ended;
    lane->oldest_ended = level->newer;
    --lane->ended_count;
    return level;
  }
  void* const memory = mem_malloc(memory_, sizeof(TraceLevel), alignof(TraceLevel));
  if (memory == nullptr) return nullptr;
  const Allocator_i& base = lane->outermost.base;
  return ::new (memory)
      TraceLevel(make_level(base, true, base.meta.is_temp, lane, nullptr, nullptr));
}

void Recorder::note_exit(TracedAllocator* lane, const Caller& caller) {
  const Work work(this);
  const uint32_t site = sites_.find(lane->number, caller);
  TraceLevel* const level = lane->innermost;
  end_blocks(level, EventKind::kScopeEnd, site);
  end_level(lane);
  push(EventKind::kExit, lane, site, level->depth, 0);
}

void Recorder::end_lane(TracedAllocator* lane, const Caller& caller) {
  const Work work(this);
  const uint32_t site = sites_.find(lane->number, caller);
  for (TraceLevel* level = lane->innermost; level != nullptr; level = level->outer) {
    end_blocks(level, EventKind::kLostEnd, site);
  }
}

TraceTotals Recorder::totals(const TracedAllocator* lane) const {
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
         reinterpret_cast<const TraceLevel*>(a)->lane->recorder == this;
}

void Recorder::note_unwrapped() {
  const std::lock_guard lock(mutex_);
  ++unwrapped_;
}

}  // namespace cex::detail
