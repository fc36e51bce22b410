// The blocks that are live: found by their address, and the newest first of each
// allocator, because a scope that ends takes those from the end of that list.
#ifndef CEX_TRACE_INTERNAL_LIVE_BLOCKS_H_
#define CEX_TRACE_INTERNAL_LIVE_BLOCKS_H_

#include "trace/internal/list.h"

namespace cex::detail {

struct LiveBlock {
  const void* p;
  size_t size;
  uint32_t site;
  uint32_t birth;  // its event, or EventLog::kNone
  uint32_t depth;  // scopes that were open
  uint32_t older;  // of the same lane
  uint32_t newer;
  uint16_t lane;
};

class LiveBlocks {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  explicit LiveBlocks(IAllocator a) : blocks_(a), slots_(a), other_slots_(a) {}

  // The block's index, or kNone.
  uint32_t find(uint16_t lane, const void* p) const;

  // `newest` is the lane's, and becomes this block; or it goes right before `newer`, one
  // that is there. False: no memory.
  [[nodiscard]] bool add(const LiveBlock& block, uint32_t* newest, uint32_t newer = kNone);

  // Takes the block out; its index may be used again by the next add().
  void remove(uint32_t index, uint32_t* newest);

  LiveBlock& operator[](uint32_t index) { return blocks_[index]; }
  const LiveBlock& operator[](uint32_t index) const { return blocks_[index]; }

 private:
  // Open addressing, linear probing, at most half full; a slot holds an index + 1.
  size_t slot_of(uint16_t lane, const void* p) const;
  size_t probe(uint16_t lane, const void* p) const;
  bool grow();

  List<LiveBlock> blocks_;
  List<uint32_t> slots_;
  List<uint32_t> other_slots_;  // what grow() fills
  uint32_t unused_ = kNone;     // the first of blocks_ without a block, linked by `older`
  size_t count_ = 0;
};

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_LIVE_BLOCKS_H_
