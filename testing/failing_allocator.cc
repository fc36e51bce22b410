#include "cex/failing_allocator.h"

#include <stdio.h>

#include <map>
#include <mutex>
#include <unordered_map>

#include "cex/sanitizer/internal/stack_trace.h"
#include "cex/site.h"
#include "cex/testing/internal/allocation_failure.h"

namespace cex::detail {

std::string describe(const AllocationFailure& failure) {
  if (failure.number == 0) return {};
  std::string text = "allocation " + std::to_string(failure.number) + ", " +
                     std::to_string(failure.size) + " bytes at alignment " +
                     std::to_string(failure.alignment) + ", asked for ";
  text += failure.file[0] != '\0'
              ? "at " + std::string(failure.file) + ":" + std::to_string(failure.line)
              : std::string("here");
  text += ":\n";
  for (int i = 0; i < failure.stack.depth; ++i) {
    char line[600];
    text.append(line, describe_frame(failure.stack, i, line, sizeof(line)));
  }
  return text;
}

}  // namespace cex::detail

namespace cex::testing {

namespace {

constexpr uint32_t kFailingMagic = 0xcea1fa11;
constexpr size_t kMaxLines = 12;

struct LiveBlock {
  size_t size;
  IAllocator from;  // whom to give it back to
  uint64_t number;
  Site site;
};

// The allocator below, from which blocks come while a scope is the innermost one.
struct Target {
  IAllocator allocator;
  uint64_t first_number;  // of the blocks made since the scope was entered
};

Site call_under_way() {
#ifdef CEX_TEST
  return detail::current_site;
#else
  return {};
#endif
}

std::string place(Site site) {
  if (site.file == nullptr) return {};
  return std::string(" at ") + site.file + ":" + std::to_string(site.line);
}

// One step of the splitmix64 sequence: small, and the same everywhere, unlike the
// distributions of the standard library.
uint64_t next_random(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

// What the interface's functions get as `self`, and the way back from it.
struct Face {
  Allocator_i base;
  void* state;
};

struct FailingAllocator::State {
  Face face;

  mutable std::mutex mutex;  // for all below; not held while `inner` works
  // One without a scope, then one for each open scope: entering may give another.
  std::vector<Target> targets;
  FailurePlan plan;
  uint64_t random = 0;
  uint64_t allocations = 0;
  uint64_t failures = 0;
  uint64_t inner_failures = 0;
  std::unordered_map<const void*, LiveBlock> live;
  std::map<uint64_t, const void*> by_number;  // the same, so that a scope's are found at its end
  size_t live_bytes = 0;
  uint64_t blocks_made = 0;
  detail::LastFailure own_last;
  detail::LastFailure* last = &own_last;  // or the sweep's
  bool is_recording = false;
  std::vector<AllocationRequest> requests;

  static State& of(IAllocator self) {
    return *static_cast<State*>(reinterpret_cast<const Face*>(self)->state);
  }

  void set_plan(const FailurePlan& new_plan) {
    plan = new_plan;
    random = plan.seed;
    allocations = failures = inner_failures = 0;
    last->set({});
  }

  // Counts a request of `caller`, and says whether it is to fail. `freed` bytes
  // would become free by it.
  bool must_fail(size_t size, size_t align, size_t freed, const void* caller) {
    ++allocations;
    if (is_recording) requests.push_back({size, align});
    bool fails = allocations == plan.nth || (plan.from != 0 && allocations >= plan.from) ||
                 (plan.every != 0 && allocations % plan.every == 0);
    if (plan.probability > 0) {
      // Drawn for each allocation, so that the sequence doesn't depend on the rest.
      const double draw = static_cast<double>(next_random(random) >> 11) * 0x1p-53;
      fails = fails || draw < plan.probability;
    }
    const size_t others = live_bytes - freed;
    fails = fails || size > plan.byte_budget || others > plan.byte_budget - size;
    if (fails) {
      ++failures;
      detail::AllocationFailure failure;
      failure.number = allocations;
      failure.size = size;
      failure.alignment = align;
      failure.set_site(call_under_way());
      failure.stack = detail::capture_stack_from(caller);
      last->set(failure);
    }
    return fails;
  }

  void add(const void* p, size_t size, IAllocator from) {
    drop(p);  // left over: it went with its arena, and the address came back
    put(p, {size, from, ++blocks_made, call_under_way()});
  }

  void put(const void* p, const LiveBlock& block) {
    live[p] = block;
    by_number[block.number] = p;
    live_bytes += block.size;
  }

  void drop(const void* p) {
    const auto it = live.find(p);
    if (it == live.end()) return;
    live_bytes -= it->second.size;
    by_number.erase(it->second.number);
    live.erase(it);
  }

  // The allocator that gave `p`, which is taken out of the books.
  IAllocator take(const void* p, LiveBlock* block) {
    const auto it = live.find(p);
    if (it == live.end()) return targets.back().allocator;  // which knows better what it is
    *block = it->second;
    drop(p);
    return block->from;
  }

  // malloc and calloc: `give` asks an allocator for the block.
  template <typename Give>
  void* allocate(size_t size, size_t align, const void* caller, Give give) {
    IAllocator target = nullptr;
    {
      const std::lock_guard lock(mutex);
      if (must_fail(size, align, 0, caller)) return nullptr;
      target = targets.back().allocator;
    }
    void* const p = give(target);
    const std::lock_guard lock(mutex);
    if (p == nullptr) {
      ++inner_failures;
    } else {
      add(p, size, target);
    }
    return p;
  }

  static void* malloc(IAllocator self, size_t size, size_t align) {
    if (!detail::is_valid_request(size, align)) return nullptr;
    return of(self).allocate(size, align, __builtin_return_address(0),
                             [=](IAllocator a) { return a->malloc(a, size, align); });
  }

  static void* calloc(IAllocator self, size_t count, size_t size, size_t align) {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || !detail::is_valid_request(bytes, align)) {
      return nullptr;
    }
    return of(self).allocate(bytes, align, __builtin_return_address(0),
                             [=](IAllocator a) { return a->calloc(a, count, size, align); });
  }

  static void* realloc(IAllocator self, void* old, size_t size, size_t align) {
    if (old == nullptr) return malloc(self, size, align);
    if (!detail::is_valid_request(size, align)) return nullptr;
    State& s = of(self);
    LiveBlock block{};
    IAllocator target = nullptr;
    {
      const std::lock_guard lock(s.mutex);
      const auto it = s.live.find(old);
      const size_t freed = it != s.live.end() ? it->second.size : 0;
      if (s.must_fail(size, align, freed, __builtin_return_address(0))) return nullptr;
      target = s.take(old, &block);
    }
    void* const p = target->realloc(target, old, size, align);
    const std::lock_guard lock(s.mutex);
    if (p != nullptr) {
      s.add(p, size, target);
    } else {
      ++s.inner_failures;
      if (block.number != 0) s.put(old, block);
    }
    return p;
  }

  static void* free(IAllocator self, void* p) {
    if (p == nullptr) return nullptr;
    State& s = of(self);
    LiveBlock block{};
    IAllocator target = nullptr;
    {
      const std::lock_guard lock(s.mutex);
      target = s.take(p, &block);
    }
    target->free(target, p);
    return nullptr;
  }

  static IAllocator scope_enter(IAllocator self) {
    State& s = of(self);
    IAllocator target = nullptr;
    {
      const std::lock_guard lock(s.mutex);
      target = s.targets.back().allocator;
    }
    const IAllocator inside = target->scope_enter(target);
    if (inside == nullptr) return nullptr;
    const std::lock_guard lock(s.mutex);
    s.targets.push_back({inside, s.blocks_made + 1});
    return self;
  }

  static void scope_exit(IAllocator self) {
    State& s = of(self);
    IAllocator outer = nullptr;
    {
      const std::lock_guard lock(s.mutex);
      if (s.targets.size() > 1) {
        const uint64_t first = s.targets.back().first_number;
        s.targets.pop_back();
        while (!s.by_number.empty() && s.by_number.rbegin()->first >= first) {
          s.drop(s.by_number.rbegin()->second);
        }
      }
      outer = s.targets.back().allocator;
    }
    outer->scope_exit(outer);
  }

  static uint32_t scope_depth(IAllocator self) {
    State& s = of(self);
    IAllocator target = nullptr;
    {
      const std::lock_guard lock(s.mutex);
      target = s.targets.back().allocator;
    }
    return target->scope_depth(target);
  }
};

FailingAllocator::FailingAllocator(IAllocator inner, const FailurePlan& plan,
                                   detail::LastFailure* last)
    : state_(
          new State{.face = {.base = {State::malloc,
                                      State::calloc,
                                      State::realloc,
                                      State::free,
                                      State::scope_enter,
                                      State::scope_exit,
                                      State::scope_depth,
                                      {kFailingMagic, inner->meta.is_arena, inner->meta.is_temp}},
                             .state = nullptr},
                    .mutex = {},
                    .targets = {{inner, 1}},
                    .plan = {},
                    .live = {},
                    .by_number = {},
                    .own_last = {},
                    .requests = {}}) {
  state_->face.state = state_.get();
  if (last != nullptr) state_->last = last;
  state_->set_plan(plan);
}

FailingAllocator::~FailingAllocator() = default;

IAllocator FailingAllocator::allocator() const { return &state_->face.base; }

void FailingAllocator::set_plan(const FailurePlan& plan) {
  const std::lock_guard lock(state_->mutex);
  state_->set_plan(plan);
}

uint64_t FailingAllocator::allocations() const {
  const std::lock_guard lock(state_->mutex);
  return state_->allocations;
}

uint64_t FailingAllocator::failures() const {
  const std::lock_guard lock(state_->mutex);
  return state_->failures;
}

uint64_t FailingAllocator::inner_failures() const {
  const std::lock_guard lock(state_->mutex);
  return state_->inner_failures;
}

size_t FailingAllocator::live_blocks() const {
  const std::lock_guard lock(state_->mutex);
  return state_->live.size();
}

size_t FailingAllocator::live_bytes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->live_bytes;
}

std::string FailingAllocator::describe_live() const {
  const std::lock_guard lock(state_->mutex);
  std::string text;
  size_t shown = 0;
  for (const auto& [number, p] : state_->by_number) {
    if (shown++ == kMaxLines) {
      text += "    and " + std::to_string(state_->live.size() - kMaxLines) + " more\n";
      break;
    }
    const LiveBlock& block = state_->live.at(p);
    text += "    " + std::to_string(block.size) + " bytes, block " + std::to_string(number) +
            ", allocated" +
            (block.site.file != nullptr ? place(block.site) : " at an unknown line") + "\n";
  }
  return text;
}

std::string FailingAllocator::describe_failure() const {
  detail::AllocationFailure last;
  {
    const std::lock_guard lock(state_->mutex);
    last = state_->last->get();
  }
  return detail::describe(last);
}

void FailingAllocator::record_requests(bool on) {
  const std::lock_guard lock(state_->mutex);
  state_->is_recording = on;
  state_->requests.clear();
}

std::vector<AllocationRequest> FailingAllocator::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

}  // namespace cex::testing
