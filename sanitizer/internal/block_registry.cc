#include "cex/sanitizer/internal/block_registry.h"

#include <new>

#ifdef CEX_DETAIL_ASAN
#include <sanitizer/lsan_interface.h>
#endif

namespace cex::detail {
namespace {

using State = GuardedBlock::State;

// Freed blocks that are remembered at most.
constexpr size_t kRemembered = size_t{1} << 16;

bool is_in(const GuardedBlock& block, const char* begin, const char* end) {
  return block.p <= begin && end <= block.p + block.size;
}

// In a child of fork(): the blocks that are there are the parent's to free.
void forked() {
  Registry& r = registry();
  r.first_at_exit = r.next_number;
}

// Takes a live block out of its list; without `totals` the allocator is gone.
void unlink(Registry& r, BlockTotals* totals, GuardedBlock* block) {
  if (block->newer != nullptr) {
    block->newer->older = block->older;
  } else if (block->older != nullptr) {
    r.newest[block->list] = block->older;
  } else {
    r.newest.erase(block->list);
  }
  if (block->older != nullptr) block->older->newer = block->newer;
  if (block->is_counted) r.counted.erase({block->number, block});
  if (totals == nullptr) return;
  add_bytes(totals, 0, plain_bytes(block->size));
  ++totals->freed;
}

// Takes the block that was freed first out of quarantine, or out of memory.
void forget_oldest(Registry& r) {
  const char* const p = r.freed.front();
  r.freed.pop_front();
  if (r.gone.erase(p) != 0) return;
  const auto it = r.blocks.find(p);
  if (it == r.blocks.end() || it->second.state == State::kLive) return;
  const GuardedBlock block = it->second;
  verify(block);
  r.quarantined -= block.whole;
  r.blocks.erase(it);
  give_back(block);
}

// Forgets blocks that overlap a range of memory, but for live ones that `stays` names.
template <typename Stays>
void forget(Registry& r, Registry::Blocks& blocks, const char* begin, const char* end,
            const Stays& stays) {
  auto it = blocks.lower_bound(begin);
  if (it != blocks.begin()) --it;
  while (it != blocks.end() && it->second.memory < end) {
    ++r.steps;
    GuardedBlock& block = it->second;
    const bool is_live = block.state == State::kLive;
    if (block.memory + block.whole <= begin || (is_live && stays(block))) {
      ++it;
      continue;
    }
    if (is_live) unlink(r, nullptr, &block);
    if (block.state == State::kQuarantined) r.quarantined -= block.whole;
    it = blocks.erase(it);  // its address stays in `freed`, where it means nothing then
  }
}

}  // namespace

// Never destroyed: memory is freed until the very end of a program. Nor made by `new`,
// which a program may have put upon mem$.
Registry& registry() {
  alignas(Registry) static char memory[sizeof(Registry)];
  static Registry& instance = *::new (memory) Registry(forked);
  return instance;
}

// Before main(), since a child may not find the static guard taken.
[[maybe_unused]] static const Registry& made_early = registry();

GuardedBlock* find_exact(Registry& r, const void* p) {
  const auto at = static_cast<const char*>(p);
  if (const auto it = r.blocks.find(at); it != r.blocks.end()) return &it->second;
  const auto it = r.gone.find(at);
  return it != r.gone.end() ? &it->second : nullptr;
}

GuardedBlock* find_around(Registry& r, const void* p) {
  const auto it = r.blocks.upper_bound(static_cast<const char*>(p));
  if (it == r.blocks.begin()) return nullptr;
  GuardedBlock& block = std::prev(it)->second;
  const bool is_around = address(p) - address(block.p) < block.size;
  return is_around && block.state == State::kLive ? &block : nullptr;
}

GuardedBlock* newest_of(Registry& r, const BlockList* list) {
  const auto it = r.newest.find(list->number);
  return it != r.newest.end() ? it->second : nullptr;
}

void add_bytes(BlockTotals* totals, size_t more, size_t less) {
  totals->live_bytes += more - less;
  if (totals->live_bytes > totals->peak_bytes) totals->peak_bytes = totals->live_bytes;
}

GuardedBlock* enter(Registry& r, BlockList* list, const GuardedBlock& entered) {
  // What was known of the memory is no longer true. But it may be a part of a block of the
  // allocator below.
  const char* const end = entered.memory + entered.whole;
  const auto is_below = [&](const GuardedBlock& block) {
    return is_in(block, entered.memory, end) &&
           !(block.source == entered.source && block.context == entered.context);
  };
  forget(r, r.blocks, entered.memory, end, is_below);
  forget(r, r.gone, entered.memory, end, is_below);
  GuardedBlock* const block = &r.blocks.insert_or_assign(entered.p, entered).first->second;
  if (list->number == 0) list->number = r.next_list++;
  if (list->totals->number == 0) list->totals->number = r.next_list++;
  block->allocator = list->totals->number;
  block->list = list->number;
  block->depth = list->depth;
  block->opened = list->opened;
  block->newer = nullptr;
  GuardedBlock*& newest = r.newest[block->list];
  block->older = newest;
  if (newest != nullptr) newest->newer = block;
  newest = block;
  if (block->is_counted) r.counted.insert({block->number, block});
  add_bytes(list->totals, plain_bytes(block->size), 0);
  if (block->size > list->totals->largest) list->totals->largest = block->size;
  ++list->totals->made;
  return block;
}

void remove(Registry& r, BlockTotals* totals, GuardedBlock* block) {
  unlink(r, totals, block);
  r.blocks.erase(block->p);
}

bool retire(Registry& r, BlockTotals* totals, GuardedBlock* block, bool went_with_scope) {
  unlink(r, totals, block);
  block->freed = kept(current_site);
  block->went_with_scope = went_with_scope;
  const bool stays = block->source->is_kept && has_guards(block->source);
  block->state = stays ? State::kQuarantined : State::kGone;
  r.freed.push_back(block->p);
  if (!stays) {
    r.gone.erase(block->p);
    r.gone.insert(r.blocks.extract(block->p));
    return true;
  }
#ifdef CEX_DETAIL_ASAN
  // LeakSanitizer does not find the registry's pointer to it.
  __lsan_ignore_object(block->memory);
#endif
  poison(*block, block->p, block->size);
  r.quarantined += block->whole;
  return false;
}

void end_inside(Registry& r, const GuardedBlock& block) {
  auto it = r.blocks.upper_bound(block.p);
  while (it != r.blocks.end() && it->second.p < block.p + block.size) {
    ++r.steps;
    GuardedBlock& inner = it->second;
    if (inner.state != State::kLive) {
      ++it;
      continue;
    }
    verify(inner);
    unlink(r, nullptr, &inner);
    it = r.blocks.erase(it);
  }
}

void forget_overlapped(Registry& r, const char* begin, const char* end) {
  const auto is_part = [&](const GuardedBlock& block) { return is_in(block, begin, end); };
  forget(r, r.blocks, begin, end, is_part);
  forget(r, r.gone, begin, end, is_part);
}

void give_back(const GuardedBlock& block) {
  // A stale pointer is not to find what was there.
  if (has_guards(block.source)) poison(block, block.memory, block.whole);
  // Defined: MemorySanitizer would hold it against whoever gets the memory next and writes
  // it in code that is not instrumented, the C++ library's for one.
  unpoison_defined(block.memory, block.whole);
  block.source->give(block.context, block.memory);
}

void bound_quarantine(Registry& r, size_t bytes) {
  while (r.quarantined > bytes || r.freed.size() > kRemembered) forget_oldest(r);
}

void bound_later_frees(Registry& r) {
  const auto later_frees = [&] {
    const auto oldest = r.blocks.find(r.freed.front());
    const bool is_it = oldest != r.blocks.end() && oldest->second.state == State::kQuarantined;
    return r.quarantined - (is_it ? oldest->second.whole : 0);
  };
  while (r.quarantined > kQuarantineBytes && later_frees() > kQuarantineBytes) forget_oldest(r);
  while (r.freed.size() > kRemembered) forget_oldest(r);
}

}  // namespace cex::detail
