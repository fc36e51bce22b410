// The registry: what the checks know of each block, by its address.
//
// It lies apart from the blocks, where no stray write reaches it. Nor does it follow a pointer
// to an allocator: the record of one may vanish without a word, as that of a fixed buffer on
// a stack does. Allocators and their lists of blocks are numbers to it.
#ifndef CEX_SANITIZER_INTERNAL_BLOCK_REGISTRY_H_
#define CEX_SANITIZER_INTERNAL_BLOCK_REGISTRY_H_

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cex/sanitizer/internal/fork_mutex.h"
#include "cex/sanitizer/internal/guard_bytes.h"
#include "cex/sanitizer/internal/guarded_blocks.h"
#include "cex/sanitizer/internal/record_pool.h"

namespace cex::detail {

struct Registry {
  explicit Registry(void (*in_child)()) : mutex(ForkMutex::Rank::kBlocks, in_child) {}

  template <typename Key, typename Value>
  using Entries = RecordAllocator<std::pair<const Key, Value>>;
  using Blocks =
      std::map<const char*, GuardedBlock, std::less<>, Entries<const char*, GuardedBlock>>;
  using Aged = std::pair<uint64_t, const GuardedBlock*>;
  struct Range {
    uint64_t from;
    uint64_t to;
  };

  ForkMutex mutex;
  RecordPool memory;
  Blocks blocks{&memory};  // live and quarantined ones
  Blocks gone{&memory};    // freed ones whose memory was returned
  std::deque<const char*, RecordAllocator<const char*>> freed{&memory};  // of both, oldest first
  std::unordered_map<uint64_t, GuardedBlock*, std::hash<uint64_t>, std::equal_to<>,
                     Entries<uint64_t, GuardedBlock*>>
      newest{&memory};  // live block of each list
  // Live blocks that leak checks count, by age.
  std::set<Aged, std::less<>, RecordAllocator<Aged>> counted{&memory};
  std::vector<Range, RecordAllocator<Range>> allowed{&memory};  // numbers of blocks that may stay
  size_t quarantined = 0;                                       // bytes
  uint64_t next_number = 1;
  uint64_t next_list = 1;
  uint64_t first_at_exit = 0;  // blocks before it are no leaks for the check at exit
  uint64_t steps = 0;  // blocks looked at in loops, so that tests can tell what operations cost
  bool checks_at_exit = true;
};

Registry& registry();

// All that follow are called with the registry's mutex held.

// The block at `p`, live or freed, or null.
GuardedBlock* find_exact(Registry& r, const void* p);

// The live block around `p`, or null. Where blocks lie in another one, it is the inner one.
GuardedBlock* find_around(Registry& r, const void* p);

// The newest live block of a list, or null.
GuardedBlock* newest_of(Registry& r, const BlockList* list);

// Enters a live block, the newest of the list.
GuardedBlock* enter(Registry& r, BlockList* list, const GuardedBlock& block);

// Removes a live block that was moved elsewhere, or whose memory is gone.
void remove(Registry& r, BlockTotals* totals, GuardedBlock* block);

// A live block is freed. Returns whether its memory is to be returned by the caller,
// without the lock: the source may be an allocator with blocks in the registry.
bool retire(Registry& r, BlockTotals* totals, GuardedBlock* block, bool went_with_scope);

// Ends the blocks that lie in `block`, of an arena that ends with the memory it is in.
void end_inside(Registry& r, const GuardedBlock& block);

// The memory has been returned to its source, by whatever way: what was known of it is no
// longer true. Live blocks that it is a part of stay.
void forget_overlapped(Registry& r, const char* begin, const char* end);

// Returns a block's memory to its source.
void give_back(const GuardedBlock& block);

// Ends the quarantine of the oldest blocks, until `bytes` are left in it at most.
void bound_quarantine(Registry& r, size_t bytes);
// Ends that of blocks after which so much was freed. Thus a block of any size is quarantined.
constexpr size_t kQuarantineBytes = size_t{16} << 20;
void bound_later_frees(Registry& r);

// Adds to what an allocator has in use; `less` is taken away.
void add_bytes(BlockTotals* totals, size_t more, size_t less);

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_BLOCK_REGISTRY_H_
