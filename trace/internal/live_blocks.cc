#include "trace/internal/live_blocks.h"

#include "trace/internal/recorder.h"

namespace cex::detail {

size_t LiveBlocks::slot_of(const TracedAllocator* lane, const void* p) const {
  const uint64_t key = reinterpret_cast<uintptr_t>(p) ^ (uint64_t{lane->number} << 48);
  // Fibonacci hashing: the high bits of the product are the well mixed ones.
  return static_cast<size_t>((key * 0x9e3779b97f4a7c15) >> 32) & (slots_.size() - 1);
}

// The slot of the block, or the empty one where it would go.
size_t LiveBlocks::probe(const TracedAllocator* lane, const void* p) const {
  size_t slot = slot_of(lane, p);
  while (slots_[slot] != 0) {
    const LiveBlock& block = blocks_[slots_[slot] - 1];
    if (block.p == p && block.level->lane == lane) return slot;
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return slot;
}

uint32_t LiveBlocks::find(const TracedAllocator* lane, const void* p) const {
  if (slots_.empty()) return kNone;
  const uint32_t found = slots_[probe(lane, p)];
  return found == 0 ? kNone : found - 1;
}

bool LiveBlocks::grow() {
  const size_t size = slots_.empty() ? 64 : slots_.size() * 2;
  List<uint32_t> slots(slots_.allocator());
  if (size > kNone / 2 || !slots.assign(size, 0)) return false;
  slots_.swap(slots);
  for (const uint32_t entry : slots) {
    if (entry == 0) continue;
    const LiveBlock& block = blocks_[entry - 1];
    slots_[probe(block.level->lane, block.p)] = entry;
  }
  return true;
}

bool LiveBlocks::add(const LiveBlock& block) {
  if (count_ * 2 >= slots_.size() && !grow()) return false;
  uint32_t index = unused_;
  if (index != kNone) {
    unused_ = blocks_[index].older;
    blocks_[index] = block;
  } else {
    index = static_cast<uint32_t>(blocks_.size());
    if (!blocks_.push(block)) return false;
  }
  uint32_t& newest = block.level->newest;
  blocks_[index].older = newest;
  blocks_[index].newer = kNone;
  if (newest != kNone) blocks_[newest].newer = index;
  newest = index;
  slots_[probe(block.level->lane, block.p)] = index + 1;
  ++count_;
  return true;
}

void LiveBlocks::remove(uint32_t index) {
  LiveBlock& block = blocks_[index];
  if (block.newer != kNone) {
    blocks_[block.newer].older = block.older;
  } else {
    block.level->newest = block.older;
  }
  if (block.older != kNone) blocks_[block.older].newer = block.newer;

  // Moves those behind it up, so that no probe ends too early at the hole.
  const size_t mask = slots_.size() - 1;
  size_t hole = probe(block.level->lane, block.p);
  for (size_t slot = (hole + 1) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const LiveBlock& other = blocks_[slots_[slot] - 1];
    const size_t home = slot_of(other.level->lane, other.p);
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
    slots_[hole] = slots_[slot];
    hole = slot;
  }
  slots_[hole] = 0;
  block.older = unused_;
  unused_ = index;
  --count_;
}

}  // namespace cex::detail
