#include "cex/sanitizer/internal/block_leaks.h"

#include <stdio.h>

#include <algorithm>

#include "cex/report.h"
#include "cex/sanitizer/internal/block_registry.h"

namespace cex::detail {
namespace {

using State = GuardedBlock::State;

// What stays in quarantine after all of it was looked at, so that looking again costs little.
constexpr size_t kQuarantineAfterCheck = size_t{1} << 20;

struct LiveBlock {
  const void* p;
  size_t size;
  Site site;  // who allocated it
};

// The counted blocks that are live, have the number `from` or a greater one and are not
// allowed to stay, oldest first, at most `max` of them; returns how many there are, and adds
// their bytes to `*bytes`.
size_t live_blocks(uint64_t from, LiveBlock* blocks, size_t max, size_t* bytes) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  size_t found = 0;
  for (auto it = r.counted.lower_bound({from, nullptr}); it != r.counted.end(); ++it) {
    ++r.steps;
    const uint64_t number = it->first;
    const auto& block = it->second;
    if (std::any_of(r.allowed.begin(), r.allowed.end(),
                    [number](Registry::Range a) { return a.from <= number && number < a.to; })) {
      continue;
    }
    if (found < max) blocks[found] = {block->p, block->size, block->made};
    ++found;
    *bytes += block->size;
  }
  return found;
}

}  // namespace

uint64_t next_block_number() {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  return r.next_number;
}

size_t begin_allowed(uint64_t from) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  r.allowed.push_back({from, UINT64_MAX});
  return r.allowed.size() - 1;
}

void end_allowed(size_t index, uint64_t to) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  r.allowed[index].to = to;
  // One that covers nothing need not stay.
  while (!r.allowed.empty() && r.allowed.back().from == r.allowed.back().to) {
    r.allowed.pop_back();
  }
}

LeakText describe_leaks(uint64_t from) {
  constexpr size_t kMaxLines = 12;
  constexpr size_t kMaxListed = 2300;  // so that die() has room for the rest
  LiveBlock blocks[kMaxLines];
  LeakText leaks = {};
  leaks.blocks = live_blocks(from, blocks, kMaxLines, &leaks.bytes);
  if (leaks.blocks == 0) return leaks;
  leaks.oldest = blocks[0].site;
  char* at = leaks.text;
  char* const end = leaks.text + sizeof(leaks.text);
  const auto room = [&] { return static_cast<size_t>(end - at); };
  at += snprintf(at, room(), "leak: %zu block%s, %zu byte%s of mem$ not freed", leaks.blocks,
                 plural(leaks.blocks), leaks.bytes, plural(leaks.bytes));
  size_t listed = 0;
  for (; listed < std::min(leaks.blocks, kMaxLines) && at < leaks.text + kMaxListed; ++listed) {
    const LiveBlock& block = blocks[listed];
    at += snprintf(at, room(), "\n    %zu byte%s at %p, allocated at %s", block.size,
                   plural(block.size), block.p, place_of(block.site).text);
  }
  if (leaks.blocks > listed) snprintf(at, room(), "\n    and %zu more", leaks.blocks - listed);
  return leaks;
}

void verify_blocks() {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  for (const auto& [p, block] : r.blocks) {
    ++r.steps;
    if (block.source->is_kept) verify(block);
  }
  bound_quarantine(r, kQuarantineAfterCheck);
}

void take_block_damage(void (*found)(const char* text, void* context), void* context) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  for (const auto& [p, block] : r.blocks) {
    ++r.steps;
    Text damage;
    if (!block.source->is_kept || !find_damage(block, &damage)) continue;
    found(damage.text, context);
    poison_guards(block);
    if (block.state == State::kQuarantined) poison(block, block.p, block.size);
  }
  bound_quarantine(r, kQuarantineAfterCheck);
}

void disable_exit_check() { registry().checks_at_exit = false; }

}  // namespace cex::detail
