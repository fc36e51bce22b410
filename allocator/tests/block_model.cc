#include "allocator/tests/block_model.h"

#include <string.h>

#include <algorithm>
#include <random>
#include <utility>

#include "cex/sanitizer.h"

namespace cex::testing {
namespace {

constexpr size_t kMaxBlocks = 200;
constexpr size_t kMaxDepth = 12;

// Random bytes, of which each block has a stretch of its own: filling and
// verifying are a memcpy and a memcmp.
constexpr size_t kSeeds = size_t{1} << 16;
constexpr size_t kMostBytes = size_t{1} << 20;

const char* pattern(size_t seed) {
  static const std::vector<char>& bytes = *[] {
    auto* const made = new std::vector<char>(kSeeds + kMostBytes);
    std::mt19937 rng(20);
    for (char& byte : *made) byte = static_cast<char>(rng());
    return made;
  }();
  return bytes.data() + seed;
}

bool is_zero(const char* p, size_t size) {
  return std::all_of(p, p + size, [](char c) { return c == 0; });
}

// Whether these bytes are all 0x7f. A tool reports who looks at fresh bytes; in a copy
// they count as initialized, and the block stays as the allocator left it.
bool is_fresh(const char* p, size_t size) {
  const std::vector<char> copy(p, p + size);
  unpoison_defined(copy.data(), size);
  return std::all_of(copy.begin(), copy.end(), [](char c) { return c == 0x7f; });
}

}  // namespace

BlockModel::BlockModel(IAllocator a, const Candidate& candidate, uint64_t seed)
    : BlockModel(a, candidate, [rng = std::mt19937_64(seed)](size_t below) mutable {
        return static_cast<size_t>(rng() % below);
      }) {}

BlockModel::BlockModel(IAllocator a, const Candidate& candidate, Draw draw)
    : candidate_(candidate),
      draw_(std::move(draw)),
      base_depth_(a->scope_depth != nullptr ? a->scope_depth(a) : 0) {
  open_.push_back({a, nullptr});
}

// Mostly small, now and then near the powers of two where allocators change their
// mind, rarely large.
size_t BlockModel::random_size() {
  const size_t kind = random(100);
  size_t most = 64;
  if (kind >= 60) most = 512;
  if (kind >= 90) most = 8 << 10;
  if (kind >= 98) most = kMaxBlock;
  if (kind % 10 == 3) return std::min((size_t{1} << random(14)) + random(3), kMaxBlock);
  return 1 + random(std::min(most, kMaxBlock));
}

size_t BlockModel::random_depth() {
  const size_t innermost = open_.size() - 1;
  return has_levels_ && random(3) == 0 ? random(open_.size()) : innermost;
}

void BlockModel::fill(Block* block) {
  block->seed = random(kSeeds);
  memcpy(block->p, pattern(block->seed), block->size);
}

void BlockModel::verify(const Block& block) const {
  ASSERT_EQ(memcmp(block.p, pattern(block.seed), block.size), 0)
      << block.size << " bytes at " << static_cast<const void*>(block.p) << " have changed, after "
      << operations_ << " operations";
}

void BlockModel::verify_all() const {
  for (const Block& block : blocks_) verify(block);
}

void BlockModel::allocate(bool zeroed) {
  const size_t align = size_t{1} << random(7);
  const size_t size = random_size();
  if (live_ + size > kMaxLive || blocks_.size() == kMaxBlocks) return;
  const size_t depth = random_depth();
  const IAllocator a = open_[depth].a;
  char* p = nullptr;
  if (zeroed) {
    const size_t count = size % 3 == 0 ? 3 : 1;
    p = mem$calloc(a, count, size / count, align);
  } else {
    p = mem$malloc(a, size, align);
  }
  if (p == nullptr && candidate_.may_run_out) return;
  ASSERT_NE(p, nullptr) << size << " bytes at alignment " << align << " with " << live_ << " live";
  ASSERT_TRUE(mem$aligned_pointer(p, align));
  if (zeroed) {
    ASSERT_TRUE(is_zero(p, size)) << "calloc";
  } else if (kChecked && candidate_.fills_fresh) {
    ASSERT_TRUE(is_fresh(p, size)) << "malloc under CEX_TEST";
  }
  blocks_.push_back({p, size, align, 0, depth});
  fill(&blocks_.back());
  live_ += size;
}

void BlockModel::resize() {
  if (blocks_.empty()) return;
  // The newest one in half of the cases: the one that may grow in place.
  const size_t i = random(2) == 0 ? blocks_.size() - 1 : random(blocks_.size());
  Block& block = blocks_[i];
  // Without allocators of their own, scopes resize only what they have made.
  if (!has_levels_ && block.depth != open_.size() - 1) return;
  const size_t size = random_size();
  if (live_ + size > kMaxLive) return;
  char* const p = mem$realloc(open_[block.depth].a, block.p, size, block.align);
  if (p == nullptr && candidate_.may_run_out) return;
  ASSERT_NE(p, nullptr) << "from " << block.size << " to " << size << " bytes";
  ASSERT_TRUE(mem$aligned_pointer(p, block.align));
  if (size <= block.size && candidate_.shrinks_in_place) {
    ASSERT_EQ(p, block.p) << "from " << block.size << " to " << size << " bytes";
  }
  live_ += size;
  live_ -= block.size;
  ASSERT_EQ(memcmp(p, pattern(block.seed), std::min(size, block.size)), 0) << "realloc keeps";
  if (kChecked && candidate_.fills_fresh && size > block.size) {
    ASSERT_TRUE(is_fresh(p + block.size, size - block.size)) << "realloc under CEX_TEST";
  }
  block.p = p;
  block.size = size;
  fill(&block);
}

void BlockModel::release() {
  if (blocks_.empty()) return;
  const size_t i = random(3) == 0 ? blocks_.size() - 1 : random(blocks_.size());
  verify(blocks_[i]);
  live_ -= blocks_[i].size;
  mem$free(open_[blocks_[i].depth].a, blocks_[i].p);
  ASSERT_EQ(blocks_[i].p, nullptr);
  blocks_.erase(blocks_.begin() + static_cast<ptrdiff_t>(i));
}

void BlockModel::enter() {
  const IAllocator outermost = open_.front().a;
  if (!outermost->meta.is_arena || open_.size() > kMaxDepth) return;
  // In a scope that is open, whichever: the new one is inside the innermost.
  const IAllocator a = open_[random_depth()].a;
  Open open = {nullptr, nullptr};
  if (random(2) == 0) {
    open.guard = std::make_unique<MemScope>(a);
    open.a = open.guard->allocator();
  } else {
    open.a = a->scope_enter(a);
  }
  // Where there is no memory a guard has an allocator all the same, which gives none.
  if (candidate_.may_run_out && outermost->scope_depth(outermost) != base_depth_ + open_.size()) {
    return;
  }
  ASSERT_NE(open.a, nullptr);
  if (open.a == outermost) has_levels_ = false;
  open_.push_back(std::move(open));
  ASSERT_EQ(outermost->scope_depth(outermost), base_depth_ + open_.size() - 1);
}

// Ends the scope at `depth` and all inside it. Guards end in the reverse of their order.
void BlockModel::exit(size_t depth) {
  if (depth == 0) return;
  for (size_t i = open_.size(); has_levels_ && i-- > depth + 1;) {
    if (open_[i].guard != nullptr) depth = i;
  }
  // Under CEX_TEST a MemScope on a wrapper, which can't tell of guards, has to be innermost.
  const bool is_wrapper = open_.front().a->meta.magic_id != detail::kCheckedLevelMagic;
  const bool must_be_last = kChecked && is_wrapper && open_[depth].guard != nullptr;
  if (!has_levels_ || must_be_last) depth = open_.size() - 1;
  const auto inner = std::partition(blocks_.begin(), blocks_.end(),
                                    [depth](const Block& block) { return block.depth < depth; });
  for (auto it = inner; it != blocks_.end(); ++it) {
    verify(*it);
    live_ -= it->size;
  }
  blocks_.erase(inner, blocks_.end());
  Open ending = std::move(open_[depth]);
  const IAllocator outermost = open_.front().a;
  if (ending.guard == nullptr) {
    const bool by_outermost = depth == open_.size() - 1 && base_depth_ == 0 && random(2) == 0;
    const IAllocator a = by_outermost ? outermost : ending.a;
    a->scope_exit(a);
  }
  open_.resize(depth);
  ending.guard.reset();
  ASSERT_EQ(outermost->scope_depth(outermost), base_depth_ + depth - 1);
}

void BlockModel::step() {
  ++operations_;
  const size_t kind = random(100);
  if (kind < 33) {
    allocate(false);
  } else if (kind < 43) {
    allocate(true);
  } else if (kind < 63) {
    resize();
  } else if (kind < 94) {
    release();
  } else if (kind < 97) {
    enter();
  } else {
    // Mostly the innermost.
    exit(random(4) == 0 ? random(open_.size()) : open_.size() - 1);
  }
  if (operations_ % 128 == 0) verify_all();
}

void BlockModel::finish() {
  verify_all();
  while (open_.size() > 1) exit(open_.size() - 1);
  while (!blocks_.empty()) release();
}

}  // namespace cex::testing
