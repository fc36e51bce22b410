#include "cex/failing_allocator.h"

#include <stdio.h>

#include <deque>
#include <map>
#include <mutex>
#include <unordered_map>

#include "cex/report.h"
#include "cex/sanitizer/internal/fork_mutex.h"
#include "cex/sanitizer/internal/stack_trace.h"
#include "cex/sanitizer/internal/symbolizer.h"
#include "cex/sanitizer/internal/text.h"
#include "cex/testing/internal/allocation_failure.h"

namespace cex::detail {

std::string describe(const AllocationFailure& failure) {
  if (failure.number == 0) return {};
  std::string text = "allocation " + std::to_string(failure.number) + ", " +
                     count_of(failure.size, "byte") + " at alignment " +
                     std::to_string(failure.alignment) + ", asked for ";
  text += failure.file[0] != '\0'
              ? "at " + std::string(failure.file) + ":" + std::to_string(failure.line)
              : std::string("here");
  text += ":\n";
  for (int i = 0; i < failure.stack.depth; ++i) {
    char line[600];
    text.append(line, describe_frame(failure.stack, i, find_symbol, line, sizeof(line)));
  }
  return text;
}

}  // namespace cex::detail

namespace cex::testing {

namespace {

constexpr uint32_t kFailingMagic = 0xcea1fa11;
constexpr size_t kMaxLines = 12;

// Levels that have ended and are not used again yet, so that the use of their handles shows.
constexpr size_t kKeptLevels = 1024;

// One step of the splitmix64 sequence: small, and the same everywhere, unlike the
// distributions of the standard library.
uint64_t next_random(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

// The allocator's own handle, or that of a scope: what stands before one handle of `inner`.
struct FailingAllocator::Level : Allocator_i {
  Level(const Allocator_i& functions, State* owner) : Allocator_i(functions), state(owner) {}

  State* state;
  IAllocator target = nullptr;             // the handle below
  Level* outer = nullptr;                  // null: the allocator's own
  std::map<uint64_t, const void*> blocks;  // live ones, by number
  bool is_open = true;
  Site opened = {};
  Site ended = {};
};

struct FailingAllocator::State {
  // A block that is live.
  struct Block {
    size_t size = 0;
    Level* level = nullptr;  // which it goes with
    uint64_t number = 0;
    Site site = {};
  };

  State(IAllocator inner, detail::LastFailure* failure)
      : last(failure != nullptr ? failure : &own_last) {
    const Allocator_i functions = {
        malloc,      calloc,
        realloc,     free,
        scope_enter, scope_exit,
        scope_depth, {kFailingMagic, inner->meta.is_arena, inner->meta.is_temp}};
    innermost = &levels.emplace_back(functions, this);
    innermost->target = inner;
  }

  mutable detail::MemberForkMutex mutex;  // for all below; not held while `inner` works
  std::deque<Level> levels;               // the allocator's own first
  std::deque<Level*> closed;              // those that have ended, oldest first
  Level* innermost = nullptr;             // of those that are open
  FailurePlan plan;
  uint64_t random = 0;
  uint64_t allocations = 0;
  uint64_t failures = 0;
  uint64_t inner_failures = 0;
  std::unordered_map<const void*, Block> live;
  size_t live_bytes = 0;
  uint64_t blocks_made = 0;
  detail::LastFailure own_last;
  detail::LastFailure* last;  // or the sweep's
  bool is_recording = false;
  std::vector<AllocationRequest> requests;

  template <typename Field>
  Field read(Field State::*field) const {
    const std::lock_guard lock(mutex);
    return this->*field;
  }

  static Level& level_of(IAllocator self) {
    return *static_cast<Level*>(const_cast<Allocator_i*>(self));
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
    const bool is_above = size > plan.byte_budget || others > plan.byte_budget - size;
    fails = fails || (size > freed && is_above);
    if (fails) {
      ++failures;
      detail::AllocationFailure failure;
      failure.number = allocations;
      failure.size = size;
      failure.alignment = align;
      failure.set_site(detail::call_under_way());
      failure.stack = detail::capture_stack_from(caller);
      last->set(failure);
    }
    return fails;
  }

  // Whether the level may be used. Under CEX_TEST, ends the program where it has ended, and where
  // the allocator below was destroyed first.
  static bool check_open(const Level& level) {
    if (level.is_open) detail::check_alive(level.target);
    if (!level.is_open && kChecked) {
      die_here(
          "the allocator of a scope that has ended is used\n    the scope: opened at %s, ended at "
          "%s",
          detail::place_of(level.opened).text, detail::place_of(level.ended).text);
    }
    return level.is_open;
  }

  void add(const void* p, size_t size, Level* level) {
    drop(p);  // left over: it went with its arena, and the address came back
    // An allocator that has one handle for all scopes takes blocks from the innermost.
    if (innermost->target == level->target) level = innermost;
    put(p, {size, level, ++blocks_made, detail::kept(detail::call_under_way())});
  }

  void put(const void* p, const Block& block) {
    live[p] = block;
    block.level->blocks[block.number] = p;
    live_bytes += block.size;
  }

  // Takes `p` out of the live blocks; a block without a level: it is none of them.
  Block drop(const void* p) {
    const auto it = live.find(p);
    if (it == live.end()) return {};
    const Block block = it->second;
    live_bytes -= block.size;
    block.level->blocks.erase(block.number);
    live.erase(it);
    return block;
  }

  // malloc and calloc: `ask` asks the handle below for the block.
  template <typename Ask>
  void* allocate(Level* level, size_t size, size_t align, const void* caller, Ask ask) {
    IAllocator target = nullptr;
    {
      const std::lock_guard lock(mutex);
      if (!check_open(*level) || must_fail(size, align, 0, caller)) return nullptr;
      target = level->target;
    }
    void* const p = ask(target);
    const std::lock_guard lock(mutex);
    if (p == nullptr) {
      ++inner_failures;
    } else {
      add(p, size, level);
    }
    return p;
  }

  static void* malloc(IAllocator self, size_t size, size_t align) {
    if (!detail::is_valid_request(size, align)) return nullptr;
    align = detail::meant_align(align);
    Level& level = level_of(self);
    return level.state->allocate(&level, size, align, __builtin_return_address(0),
                                 [=](IAllocator a) { return a->malloc(a, size, align); });
  }

  static void* calloc(IAllocator self, size_t count, size_t size, size_t align) {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || !detail::is_valid_request(bytes, align)) {
      return nullptr;
    }
    align = detail::meant_align(align);
    Level& level = level_of(self);
    return level.state->allocate(&level, bytes, align, __builtin_return_address(0),
                                 [=](IAllocator a) { return a->calloc(a, count, size, align); });
  }

  // Asks the handle that was named, not the one that the block came from: where they differ,
  // that is misuse, which the allocator below is to see.
  static void* realloc(IAllocator self, void* old, size_t size, size_t align) {
    if (old == nullptr) return malloc(self, size, align);
    if (!detail::is_valid_request(size, align)) return nullptr;
    align = detail::meant_align(align);
    Level& level = level_of(self);
    State& s = *level.state;
    Block block;
    IAllocator target = nullptr;
    {
      const std::lock_guard lock(s.mutex);
      if (!check_open(level)) return nullptr;
      const auto it = s.live.find(old);
      const size_t freed = it != s.live.end() ? it->second.size : 0;
      if (s.must_fail(size, align, freed, __builtin_return_address(0))) return nullptr;
      block = s.drop(old);
      target = level.target;
    }
    void* const p = target->realloc(target, old, size, align);
    const std::lock_guard lock(s.mutex);
    if (p != nullptr) {
      s.add(p, size, &level);
    } else {
      ++s.inner_failures;
      if (block.level != nullptr) s.put(old, block);
    }
    return p;
  }

  static void* free(IAllocator self, void* p) {
    if (p == nullptr) return nullptr;
    Level& level = level_of(self);
    IAllocator target = nullptr;
    {
      const std::lock_guard lock(level.state->mutex);
      if (!check_open(level)) return nullptr;
      const Block block = level.state->drop(p);
      // What is no live block the allocator below knows better.
      target = block.level != nullptr ? block.level->target : level.target;
    }
    target->free(target, p);
    return nullptr;
  }

  static IAllocator scope_enter(IAllocator self) {
    Level& level = level_of(self);
    IAllocator target = nullptr;
    {
      const std::lock_guard lock(level.state->mutex);
      if (!check_open(level)) return nullptr;
      target = level.target;
    }
    const IAllocator inside =
        target->scope_enter != nullptr ? target->scope_enter(target) : nullptr;
    if (inside == nullptr) return nullptr;
    const std::lock_guard lock(level.state->mutex);
    return level.state->open(inside);
  }

  IAllocator open(IAllocator target) {
    Level* level = nullptr;
    if (closed.size() < kKeptLevels) {
      level = &levels.emplace_back(levels.front(), this);
    } else {
      level = closed.front();
      closed.pop_front();
    }
    level->target = target;
    level->outer = innermost;
    level->is_open = true;
    level->opened = detail::kept(detail::call_under_way());
    innermost = level;
    return level;
  }

  // Ends the innermost level, with its blocks. Returns whose scope_exit() is to be called.
  IAllocator close() {
    Level* const level = innermost;
    if (level->outer == nullptr) return level->target;  // no scope is open: for it to report
    while (!level->blocks.empty()) drop(level->blocks.begin()->second);
    level->is_open = false;
    level->ended = detail::kept(detail::call_under_way());
    innermost = level->outer;
    closed.push_back(level);
    return detail::ending_of(level->target, innermost->target);
  }

  static void scope_exit(IAllocator self) {
    Level* level = &level_of(self);
    State& s = *level->state;
    for (bool is_last = false; !is_last;) {
      IAllocator ending = nullptr;
      {
        const std::lock_guard lock(s.mutex);
        if (level->outer == nullptr) level = s.innermost;
        if (!check_open(*level)) return;
        is_last = s.innermost == level;
        ending = s.close();
      }
      if (ending->scope_exit != nullptr) ending->scope_exit(ending);
    }
  }

  static uint32_t scope_depth(IAllocator self) {
    State& s = *level_of(self).state;
    IAllocator target = nullptr;
    {
      const std::lock_guard lock(s.mutex);
      target = s.innermost->target;
    }
    return detail::scope_depth_of(target);
  }
};

FailingAllocator::FailingAllocator(IAllocator inner, const FailurePlan& plan,
                                   detail::LastFailure* last)
    : state_(new State(inner, last)) {
  state_->set_plan(plan);
}

FailingAllocator::~FailingAllocator() {
  // Whoever still uses a handle would wait for a mutex that is gone.
  for (const Level& level : state_->levels) detail::mark_destroyed(&level);
}

IAllocator FailingAllocator::allocator() const { return &state_->levels.front(); }

void FailingAllocator::set_plan(const FailurePlan& plan) {
  const std::lock_guard lock(state_->mutex);
  state_->set_plan(plan);
}

uint64_t FailingAllocator::allocations() const { return state_->read(&State::allocations); }
uint64_t FailingAllocator::failures() const { return state_->read(&State::failures); }
uint64_t FailingAllocator::inner_failures() const { return state_->read(&State::inner_failures); }
size_t FailingAllocator::live_blocks() const {
  const std::lock_guard lock(state_->mutex);
  return state_->live.size();
}
size_t FailingAllocator::live_bytes() const { return state_->read(&State::live_bytes); }

std::string FailingAllocator::describe_live() const {
  const std::lock_guard lock(state_->mutex);
  std::map<uint64_t, const State::Block*> blocks;
  for (const auto& [p, block] : state_->live) blocks[block.number] = &block;
  std::string text;
  size_t shown = 0;
  for (const auto& [number, block] : blocks) {
    if (shown++ == kMaxLines) {
      text += "    and " + std::to_string(blocks.size() - kMaxLines) + " more\n";
      break;
    }
    text += "    " + cex::detail::count_of(block->size, "byte") + ", block " +
            std::to_string(number) + ", allocated at " + detail::place_of(block->site).text + "\n";
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
  if (on) state_->requests.clear();
}

std::vector<AllocationRequest> FailingAllocator::requests() const {
  return state_->read(&State::requests);
}

}  // namespace cex::testing
