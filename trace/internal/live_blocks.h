// The blocks that are live: found by their address, and listed by the level that they
// belong to, which ends them when it ends.
#ifndef CEX_TRACE_INTERNAL_LIVE_BLOCKS_H_
#define CEX_TRACE_INTERNAL_LIVE_BLOCKS_H_

#include "trace/internal/list.h"

namespace cex::detail {

struct TracedAllocator;
struct TraceLevel;

struct LiveBlock {
  const void* p;
  size_t size;
  TraceLevel* level;
  uint32_t site;
  uint32_t birth;  // its event, or EventLog::kNone
  uint32_t older;  // of the same level
  uint32_t newer;
};

class LiveBlocks {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  explicit LiveBlocks(IAllocator a) : blocks_(a), slots_(a) {}

  // The block's index, or kNone.
  uint32_t find(const TracedAllocator* lane, const void* p) const;

  // The block becomes the newest of its level. False: no memory.
  [[nodiscard]] bool add(const LiveBlock& block);

  // The block's event is known.
  void set_birth(uint32_t index, uint32_t event) { blocks_[index].birth = event; }

  // Takes the block out; its index may be used again by the next add().
  void remove(uint32_t index);

  const LiveBlock& operator[](uint32_t index) const { return blocks_[index]; }

 private:
  // Open addressing, linear probing, at most half full; a slot holds an index + 1.
  size_t slot_of(const TracedAllocator* lane, const void* p) const;
  size_t probe(const TracedAllocator* lane, const void* p) const;
  bool grow();

  List<LiveBlock> blocks_;
  List<uint32_t> slots_;
  uint32_t unused_ = kNone;  // the first of blocks_ without a block, linked by `older`
  size_t count_ = 0;
};

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_LIVE_BLOCKS_H_
