// An arena in one reserved range, without the checks: what it commits and returns, and what
// stays where it is.
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/block_model.h"
#include "allocator/tests/seed.h"
#include "allocator/tests/skip_unless.h"
#include "cex/arena.h"

namespace {

constexpr size_t kRange = size_t{4} << 30;
const auto kPage = static_cast<size_t>(sysconf(_SC_PAGESIZE));

class RangeTest : public testing::Test {
 protected:
  ~RangeTest() override {
    AllocatorArena.destroy(a_);
    close(pipe_[0]);
    close(pipe_[1]);
  }
  void make(size_t page_size, cex::ArenaOptions options = {.reserve = kRange}) {
    a_ = AllocatorArena.create(page_size, options);
    ASSERT_NE(a_, nullptr);
  }
  cex::AllocatorStats stats() const { return AllocatorArena.stats(a_); }
  size_t committed() const { return stats().bytes_reserved; }

  // Whether the system lets anybody read there.
  bool is_committed(const char* p) {
    char byte = 0;
    return write(pipe_[1], p, 1) == 1 && read(pipe_[0], &byte, 1) == 1;
  }
  void SetUp() override { ASSERT_EQ(pipe(pipe_), 0); }

  int pipe_[2] = {};
  IAllocator a_ = nullptr;
};

TEST_F(RangeTest, TheNewestBlockGrowsWhereItIs) {
  make(4096);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  char* p = mem$malloc(a_, 100);
  const char* const before = p;
  for (size_t size = 200; size < size_t{3} << 30; size *= 2) {
    p = mem$realloc(a_, p, size);
    ASSERT_EQ(p, before) << size;
    p[size - 1] = 'x';
    ASSERT_EQ(p[size / 2 - 1], size == 200 ? p[99] : 'x');
  }
  EXPECT_EQ(stats().pages_created, 1u);
}

TEST_F(RangeTest, MemoryComesAsItFills) {
  make(4096);
  EXPECT_LE(committed(), 2 * kPage);
  size_t used = 0;
  for (int i = 0; i < 30'000; ++i) {
    ASSERT_NE(mem$malloc(a_, 1000), nullptr);
    used += 1008;
    ASSERT_GE(committed(), used);
    ASSERT_LE(committed(), used + used / 2 + 4 * kPage);
  }
}

TEST_F(RangeTest, NothingBeyondIsThere) {
  make(4096);
  const char* const p = mem$malloc(a_, 100);
  EXPECT_TRUE(is_committed(p));
  const char* const end = p + committed();  // and what is in front of the block
  EXPECT_FALSE(is_committed(end));
  EXPECT_FALSE(is_committed(p + kRange - kPage));
  EXPECT_FALSE(is_committed(p + kRange / 2));
}

TEST_F(RangeTest, AScopeReturnsWhatItTook) {
  constexpr size_t kRetain = size_t{1} << 20;
  make(4096, {.retain_bytes = kRetain, .reserve = kRange});
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  const char* spike = nullptr;
  mem$scope(a_, _) {
    char* p = mem$malloc(_, size_t{100} << 20);
    ASSERT_NE(p, nullptr);
    memset(p, 1, size_t{100} << 20);
    EXPECT_GE(committed(), size_t{100} << 20);
    spike = p + (size_t{50} << 20);
    EXPECT_TRUE(is_committed(spike));
  }
  EXPECT_LE(committed(), kRetain + 2 * kPage);
  EXPECT_FALSE(is_committed(spike));
  for (int frame = 0; frame < 10; ++frame) {
    mem$scope(a_, _) {
      char* p = mem$malloc(_, 500'000);
      ASSERT_NE(p, nullptr);
      memset(p, 1, 500'000);
    }
    EXPECT_LE(committed(), kRetain + 2 * kPage);
    EXPECT_GE(committed(), kRetain);
  }
}

TEST_F(RangeTest, AScopeReturnsWhatAFreedBlockTook) {
  make(4096, {.retain_bytes = 0, .reserve = kRange});
  char* p = mem$malloc(a_, size_t{100} << 20);
  ASSERT_NE(p, nullptr);
  mem$free(a_, p);
  mem$scope(a_, _) EXPECT_NE(mem$malloc(_, 100), nullptr);
  EXPECT_LE(committed(), 2 * kPage);
}

// Also where no scope was as deep before.
TEST_F(RangeTest, AScopeReturnsWhatAFreedBlockTookAtAnyDepth) {
  make(4096, {.retain_bytes = 0, .reserve = kRange});
  std::vector<std::unique_ptr<cex::MemScope>> scopes;
  for (int depth = 0; depth < 12; ++depth) {
    const IAllocator here = scopes.empty() ? a_ : scopes.back()->allocator();
    char* p = mem$malloc(here, size_t{100} << 20);
    ASSERT_NE(p, nullptr);
    mem$free(here, p);
    mem$scope(here, _) EXPECT_NE(mem$malloc(_, 100), nullptr);
    EXPECT_LE(committed(), 10 * kPage) << depth;
    scopes.push_back(std::make_unique<cex::MemScope>(here));
  }
  while (!scopes.empty()) scopes.pop_back();
}

// Locked memory goes, too.
TEST_F(RangeTest, AScopeReturnsWhatWasLocked) {
  constexpr size_t kBytes = size_t{1} << 20;
  make(4096, {.retain_bytes = 0, .reserve = kRange});
  for (int round = 0; round < 3; ++round) {
    mem$scope(a_, _) {
      char* p = mem$malloc(_, kBytes);
      ASSERT_NE(p, nullptr);
      EXPECT_EQ(p[kBytes / 2], 0);
      memset(p, 1, kBytes);
      SKIP_UNLESS(mlock(p + kBytes / 2, kPage) == 0, "the system locks no memory");
    }
    EXPECT_LE(committed(), 2 * kPage);
  }
}

// A block that an outer handle grows in a scope lies at the far end, where the pages it leaves are
// used again.
TEST_F(RangeTest, ABlockGrowsAtTheFarEnd) {
  make(4096, {.retain_bytes = 0, .reserve = kRange});
  mem$scope(a_, _) {
    char* p = nullptr;
    for (size_t size = 64; size <= size_t{64} << 10; size += 64) {
      p = mem$realloc(a_, p, size);
      ASSERT_NE(p, nullptr);
      p[size - 1] = 'x';
    }
    for (size_t i = 63; i < size_t{64} << 10; i += 64) ASSERT_EQ(p[i], 'x');
  }
  EXPECT_LE(committed(), size_t{256} << 10);
}

TEST_F(RangeTest, ResetReturnsIt) {
  make(4096, {.retain_bytes = 0, .reserve = kRange});
  for (int round = 0; round < 10; ++round) {
    char* p = mem$malloc(a_, size_t{10} << 20);
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(p[size_t{5} << 20], 0) << "fresh from the system";
    memset(p, 1, size_t{10} << 20);
    mem$scope(a_, _) ASSERT_NE(mem$malloc(a_, 5000), nullptr);  // at the far end
    AllocatorArena.reset(a_);
    ASSERT_LE(committed(), 2 * kPage);
    ASSERT_EQ(stats().bytes_in_use, 0u);
  }
}

// Also those that an outer one's memory at the far end goes with.
TEST_F(RangeTest, ResetEndsOpenScopes) {
  make(4096, {.reserve = kRange});
  mem$scope(a_, outer) {
    mem$scope(a_, inner) {
      ASSERT_NE(mem$malloc(outer, 100), nullptr);
      AllocatorArena.reset(a_);
      EXPECT_EQ(stats().scope_depth, 0u);
      EXPECT_EQ(mem$malloc(outer, 1), nullptr);
      EXPECT_EQ(mem$malloc(inner, 1), nullptr);
    }
  }
  EXPECT_EQ(stats().bytes_in_use, 0u);
}

TEST_F(RangeTest, OwnsTheRange) {
  make(4096);
  char* p = mem$malloc(a_, 100);
  EXPECT_TRUE(AllocatorArena.owns(a_, p));
  EXPECT_TRUE(AllocatorArena.owns(a_, p + kRange / 2));
  EXPECT_FALSE(AllocatorArena.owns(a_, p + kRange));
  EXPECT_FALSE(AllocatorArena.owns(a_, p - 129));
  mem$scope(a_, _) {
    EXPECT_TRUE(AllocatorArena.owns(a_, mem$malloc(a_, 1000).get()));
  }
}

// What outer scopes allocate comes from the far end, until both ends meet. Every byte is told
// from every other block's.
TEST_F(RangeTest, BothEndsMeet) {
  for (const size_t range : {size_t{16} << 10, size_t{100'000}, size_t{1} << 20}) {
    make(256, {.retain_bytes = 0, .reserve = range});
    for (int round = 0; round < 5; ++round) {
      mem$scope(a_, outer) {
        mem$scope(outer, inner) {
          std::vector<std::pair<char*, size_t>> blocks;
          size_t given = 0;
          for (size_t i = 0;; ++i) {
            const size_t size = 1 + i * 37 % 700;
            char* p = mem$malloc(i % 2 == 0 ? inner : outer, size);
            if (p == nullptr) break;
            memset(p, static_cast<int>(i), size);
            blocks.emplace_back(p, size);
            given += size;
          }
          ASSERT_GE(given, range / 2);
          ASSERT_LE(committed(), (range + kPage - 1) / kPage * kPage);
          for (size_t i = 0; i < blocks.size(); ++i) {
            for (size_t k = 0; k < blocks[i].second; ++k) {
              ASSERT_EQ(blocks[i].first[k], static_cast<char>(i));
            }
          }
        }
      }
      ASSERT_LE(committed(), kPage) << round;
    }
    AllocatorArena.destroy(a_);
    a_ = nullptr;
  }
}

// The window may end within a page of the system that the far end began on.
TEST_F(RangeTest, WhatIsInUseStaysWhenTheFarEndIsFreed) {
  make(4096, {.retain_bytes = 0, .reserve = size_t{512} << 10});
  char* far = nullptr;
  {
    const cex::MemScope scope(a_);
    far = mem$malloc(a_, 100'000);
    ASSERT_NE(far, nullptr);
  }
  std::vector<char*> blocks;
  while (char* const p = mem$malloc(a_, 48)) blocks.push_back(p);
  ASSERT_LT(static_cast<size_t>(far - blocks.back()), kPage);
  {
    const cex::MemScope scope(a_);  // whose end returns what is free
    mem$free(a_, far);
  }
  for (char* const p : blocks) ASSERT_TRUE(is_committed(p));
  EXPECT_FALSE(is_committed(blocks.back() + 2 * kPage));
  EXPECT_NE(mem$malloc(a_, 90'000), nullptr);
}

TEST_F(RangeTest, TheLimitHolds) {
  for (size_t limit = 0; limit < 200'000; limit += 1000) {
    a_ = AllocatorArena.create(4096, {.limit = limit, .reserve = kRange});
    if (a_ == nullptr) {
      EXPECT_LT(limit, 2 * kPage);
      continue;
    }
    size_t given = 0;
    for (size_t size = 100;; size = size * 3 % 7000 + 1) {
      char* p = mem$malloc(a_, size);
      if (p == nullptr) break;
      memset(p, 1, size);
      given += size;
      ASSERT_LE(committed(), limit);
    }
    EXPECT_GE(given + 4 * kPage, limit);
    mem$scope(a_, _) {
      if (char* p = mem$malloc(a_, 100)) *p = 1;
      ASSERT_LE(committed(), limit);
    }
    AllocatorArena.destroy(a_);
    a_ = nullptr;
  }
}

TEST_F(RangeTest, ScopesOfAnyDepth) {
  make(4096);
  std::vector<std::unique_ptr<cex::MemScope>> scopes;
  std::vector<char*> blocks;
  for (int depth = 0; depth < 200; ++depth) {
    const IAllocator outer = scopes.empty() ? a_ : scopes.back()->allocator();
    scopes.push_back(std::make_unique<cex::MemScope>(outer));
    char* here = mem$malloc(scopes.back()->allocator(), 500);
    char* beside = mem$malloc(outer, 500);
    ASSERT_TRUE(here != nullptr && beside != nullptr);
    memset(here, depth, 500);
    memset(beside, depth, 500);
    blocks.push_back(here);
    blocks.push_back(beside);
  }
  for (size_t i = 0; i < blocks.size(); ++i) ASSERT_EQ(blocks[i][499], static_cast<char>(i / 2));
  while (!scopes.empty()) scopes.pop_back();
  EXPECT_EQ(stats().scope_depth, 0u);
  AllocatorArena.reset(a_);
  EXPECT_EQ(stats().bytes_in_use, 0u);
}

TEST_F(RangeTest, TenArraysThatGrowInTurns) {
  make(4096);
  char* arrays[10] = {};
  size_t capacity = 16;
  for (; capacity < 1'000'000; capacity *= 2) {
    for (char*& p : arrays) {
      p = mem$realloc(a_, p, 32 + capacity * 2 * sizeof(int));
      ASSERT_NE(p, nullptr);
    }
  }
  const size_t least = 10 * capacity * sizeof(int);
  EXPECT_LE(stats().bytes_in_use, least + least / 8);
  const char* end = nullptr;
  for (const char* p : arrays) end = std::max(end, p);
  AllocatorArena.reset(a_);
  const char* const begin = mem$malloc(a_, 1);
  EXPECT_LE(static_cast<size_t>(end - begin) + capacity * sizeof(int), least / 2 * 3);
}

TEST_F(RangeTest, RandomBlocksAtAllDepths) {
  const uint64_t seed = cex::testing::random_seed();
  make(256, {.retain_bytes = 20'000, .reserve = size_t{64} << 20});
  // Their records stay at the far end, and free pages beyond these would wait for them.
  for (int i = 0; i < 14; ++i) a_->scope_enter(a_);
  for (int i = 0; i < 14; ++i) a_->scope_exit(a_);
  const cex::testing::Candidate candidate = {.name = "range", .make = nullptr};
  for (uint64_t round = 0; round < 20 && !HasFatalFailure(); ++round) {
    mem$scope(a_, scope) {
      cex::testing::BlockModel model(scope, candidate, seed + round);
      for (int step = 0; step < 2000 && !HasFatalFailure(); ++step) model.step();
      model.finish();
    }
    ASSERT_EQ(stats().bytes_in_use, 0u);
    ASSERT_LE(committed(), 20'000u + 6 * kPage) << "some for scopes at the far end";
  }
}

}  // namespace
