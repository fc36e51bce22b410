// Blocks that were freed, or left behind by growth, are used again by their level. In the arena
// of CEX_TEST they are quarantined.
#include <stddef.h>
#include <string.h>

#include <optional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/seed.h"
#include "arena/tests/counted_arena.h"

namespace {

// Of blocks for which no alignment is given.
constexpr size_t kAlign = alignof(max_align_t);

using RecycleTest = cex::testing::CountedArenaTest;

TEST_F(RecycleTest, AFreedBlockIsTheNextOne) {
  make(4096);
  char* p = mem$malloc(a_, 200);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  const char* const before = p;
  const size_t in_use = stats().bytes_in_use;
  mem$free(a_, p);
  EXPECT_EQ(stats().bytes_in_use, in_use - 208);
  // Through the interface: code that is inline has a window to look at.
  const void* const again = a_->malloc(a_, 200, 16);
  EXPECT_EQ(again, before);
  EXPECT_EQ(stats().bytes_in_use, in_use);
}

TEST_F(RecycleTest, AFullPageIsSearchedBeforeAnotherIsTaken) {
  make(4096);
  std::vector<char*> blocks;
  while (backing_.live_bytes < 8192) blocks.push_back(mem$malloc(a_, 300));
  const size_t pages = stats().pages_live;
  blocks.resize(blocks.size() - 1);
  for (char*& p : blocks) mem$free(a_, p);
  for (int i = 0; i < 20; ++i) ASSERT_NE(mem$malloc(a_, 300), nullptr);
  EXPECT_EQ(stats().pages_live, pages);
}

TEST_F(RecycleTest, ASmallFreeBlockHidesNoLargeOne) {
  make(size_t{64} << 10);
  char* large = mem$malloc(a_, 1000);
  ASSERT_NE(mem$malloc(a_, 8), nullptr);
  char* small = mem$malloc(a_, 100);
  ASSERT_NE(mem$malloc(a_, 8), nullptr);
  const void* const before = large;
  mem$free(a_, large);
  mem$free(a_, small);
  const void* const again = a_->malloc(a_, 1000, 16);
  EXPECT_EQ(again, before);
}

TEST_F(RecycleTest, NoBlockOfLessThan64Bytes) {
  make(4096);
  char* p = mem$malloc(a_, 63);
  char* q = mem$malloc(a_, 64);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  const char* const small = p;
  const char* const larger = q;
  mem$free(a_, p);
  EXPECT_NE(a_->malloc(a_, 40, kAlign), small);
  mem$free(a_, q);
  EXPECT_EQ(a_->malloc(a_, 40, kAlign), larger);
}

// A large free block is not spent on a small one.
TEST_F(RecycleTest, ABlockIsSplit) {
  make(size_t{64} << 10);
  char* p = mem$malloc(a_, 1000);
  char* const begin = p;
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  mem$free(a_, p);
  for (ptrdiff_t i = 0; i < 9; ++i) EXPECT_EQ(a_->malloc(a_, 100, 16), begin + 112 * i) << i;
  const void* const next = a_->malloc(a_, 100, 16);
  EXPECT_TRUE(next < begin || next > begin + 1000);
}

TEST_F(RecycleTest, NeighborsAreMerged) {
  make(size_t{64} << 10);
  char* blocks[10];
  for (char*& p : blocks) p = mem$malloc(a_, 104);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  char* const begin = blocks[0];
  for (const size_t i : {3u, 0u, 9u, 1u, 8u, 2u, 7u, 4u, 6u, 5u}) mem$free(a_, blocks[i]);
  EXPECT_EQ(a_->malloc(a_, 10 * 112 - 8, 16), begin);
}

TEST_F(RecycleTest, AlignedBlocks) {
  make(size_t{64} << 10);
  for (size_t align = 16; align <= 64; align *= 2) {
    char* p = mem$malloc(a_, 1000);
    char* const begin = p;
    ASSERT_NE(mem$malloc(a_, 100), nullptr);
    mem$free(a_, p);
    char* q = mem$malloc(a_, 500, align);
    if (align > 16) {  // a call
      EXPECT_TRUE(q >= begin && q < begin + 64) << align;
    }
    EXPECT_TRUE(mem$aligned_pointer(q, align));
    memset(q, 1, 500);
    q = mem$realloc(a_, q, 900, align);
    EXPECT_TRUE(mem$aligned_pointer(q, align));
    AllocatorArena.reset(a_);
  }
}

// The arrays of ten that grow in turns, each to twice its size: what they leave behind serves
// the others.
TEST_F(RecycleTest, TenArraysThatGrowInTurns) {
  constexpr size_t kHeader = 32;  // as arr$ has it
  for (const size_t page_size :
       {size_t{4096}, size_t{64} << 10, size_t{1} << 20, size_t{8} << 20, size_t{256} << 20}) {
    make(page_size);
    char* arrays[10] = {};
    size_t capacity = 16;
    for (; capacity < 2'000'000; capacity *= 2) {
      for (size_t i = 0; i < 10; ++i) {
        const size_t bytes = kHeader + capacity * sizeof(int);
        char* const p = mem$realloc(a_, arrays[i], bytes);
        ASSERT_NE(p, nullptr);
        if (arrays[i] != nullptr) {
          ASSERT_EQ(p[0], static_cast<char>(i));
          ASSERT_EQ(p[bytes / 2 - kHeader], static_cast<char>(i));
        }
        memset(p, static_cast<int>(i), bytes);
        arrays[i] = p;
      }
      if (capacity < 1'000'000) continue;
      const size_t least = 10 * capacity * sizeof(int);
      EXPECT_LE(stats().bytes_in_use, least + least / 8) << page_size;
      if (page_size > least) continue;  // one page
      EXPECT_LE(stats().bytes_reserved, least + least / 2) << page_size << ", " << capacity;
    }
  }
}

// The same on one page: how far its cursor came says what they take.
TEST_F(RecycleTest, TenArraysThatGrowInTurnsOnOnePage) {
  make(size_t{1} << 30);
  char* arrays[10] = {};
  size_t bytes = 96;
  const char* end = nullptr;
  const char* begin = nullptr;
  for (; bytes < 4'194'304; bytes *= 2) {
    for (char*& p : arrays) {
      p = mem$realloc(a_, p, bytes);
      ASSERT_NE(p, nullptr);
      if (begin == nullptr) begin = p;
      if (p + bytes > end) end = p + bytes;
    }
  }
  EXPECT_LE(static_cast<size_t>(end - begin), 10 * bytes / 2 / 2 * 3);
}

// Small steps: a block that has to move gets room for the next ones.
TEST_F(RecycleTest, TwoBlocksThatGrowInTurnsSeldomMove) {
  make(size_t{2} << 20);
  char* blocks[2] = {};
  size_t moves = 0;
  for (size_t size = 1024; size <= 100 * 1024; size += 1024) {
    for (char*& p : blocks) {
      char* const before = p;
      p = mem$realloc(a_, p, size);
      ASSERT_NE(p, nullptr);
      memset(p + size - 1024, static_cast<int>(size >> 10), 1024);
      if (p != before) ++moves;
    }
  }
  EXPECT_LE(moves, 30u) << "of 200 steps";
  for (size_t size = 1024; size <= 100 * 1024; size += 1024) {
    for (const char* p : blocks) ASSERT_EQ(p[size - 1], static_cast<char>(size >> 10));
  }
  EXPECT_LE(stats().bytes_in_use, 3 * 100 * 1024u + 1024);
}

TEST_F(RecycleTest, WhatShrankGrowsBackWhereItIs) {
  make(size_t{64} << 10);
  char* p = mem$malloc(a_, 1000);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  const char* const before = p;
  for (const size_t size : {10u, 500u, 1u, 1000u}) {
    p = mem$realloc(a_, p, size);
    EXPECT_EQ(p, before) << size;
  }
  p = mem$realloc(a_, p, 1);
  mem$free(a_, p);
  EXPECT_EQ(a_->malloc(a_, 1000, 16), before) << "all of it is free";
}

// Free blocks go with their level.
TEST_F(RecycleTest, NoBlockOfAScopeAfterItsEnd) {
  make(size_t{64} << 10);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  for (int round = 0; round < 3; ++round) {
    mem$scope(a_, _) {
      char* p = mem$malloc(_, 1000);
      char* q = mem$malloc(_, 100);
      ASSERT_NE(q, nullptr);
      mem$free(_, p);
    }
    EXPECT_EQ(stats().bytes_in_use, 112u);
    char* first = static_cast<char*>(a_->malloc(a_, 1000, 16));
    char* second = static_cast<char*>(a_->malloc(a_, 1000, 16));
    memset(first, 1, 1000);
    memset(second, 2, 1000);
    EXPECT_EQ(first[999], 1);
    mem$free(a_, second);
    mem$free(a_, first);
  }
}

TEST_F(RecycleTest, AnOuterLevelUsesItsOwn) {
  make(4096);
  char* p = mem$malloc(a_, 1000);
  const char* const before = p;
  mem$scope(a_, _) {
    ASSERT_NE(mem$malloc(_, 100), nullptr);
    mem$free(a_, p);
    EXPECT_EQ(mem$malloc(a_, 900).get(), before) << "no page for it";
  }
  EXPECT_EQ(stats().pages_live, 1u);
}

// Misuse, which the checks report: it costs the block, and does no harm.
TEST_F(RecycleTest, ABlockOfAScopeIsNotTheOuterLevels) {
  make(4096);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  char* kept = nullptr;
  mem$scope(a_, _) {
    char* here = mem$malloc(_, 500);
    char* there = nullptr;
    for (int i = 0; i < 10; ++i) there = mem$malloc(_, 500);
    ASSERT_NE(mem$malloc(_, 500), nullptr);
    mem$free(a_, here);
    mem$free(a_, there);
    kept = mem$malloc(a_, 400);
    memset(kept, 7, 400);
  }
  mem$scope(a_, _) {
    for (int i = 0; i < 20; ++i) {
      char* p = mem$malloc(_, 400);
      memset(p, i + 20, 400);
    }
  }
  for (int i = 0; i < 400; ++i) ASSERT_EQ(kept[i], 7);
}

// Any handle of the arena may free a block. One of the scope and one from before it, side by side,
// stay two.
TEST_F(RecycleTest, FreeBlocksOfTwoLevelsAreNotMerged) {
  make(4096);
  char* outer = mem$malloc(a_, 200);
  char* kept = nullptr;
  mem$scope(a_, _) {
    char* inner = mem$malloc(_, 200);
    ASSERT_NE(mem$malloc(_, 8), nullptr);
    mem$free(_, outer);
    mem$free(_, inner);
    char* both = mem$calloc(_, 1, 390);
    mem$free(a_, both);
    kept = mem$calloc(a_, 1, 390);
    ASSERT_NE(kept, nullptr);
    memset(kept, 7, 390);
  }
  char* next = mem$malloc(a_, 300);
  memset(next, 1, 300);
  for (int i = 0; i < 390; ++i) ASSERT_EQ(kept[i], 7) << i;
}

// Whatever was skipped in front of it.
TEST_F(RecycleTest, AnAlignedBlockThatIsFreedTwiceIsFreeOnce) {
  make(size_t{1} << 20);
  for (int skipped = 0; skipped < 4; ++skipped) {
    ASSERT_NE(mem$malloc(a_, 8), nullptr);
    char* small = mem$malloc(a_, 64, 64);
    char* p = mem$malloc(a_, 200, 64);
    ASSERT_NE(mem$malloc(a_, 200), nullptr);
    ASSERT_NE(small, nullptr);
    char* again = p;
    mem$free(a_, p);
    const size_t in_use = stats().bytes_in_use;
    mem$free(a_, again);
    EXPECT_EQ(stats().bytes_in_use, in_use) << skipped;
  }
}

TEST_F(RecycleTest, ABlockThatIsFreedTwiceIsFreeOnce) {
  make(4096);
  char* p = mem$malloc(a_, 200);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  char* again = p;
  mem$free(a_, p);
  mem$free(a_, again);
  const void* const first = a_->malloc(a_, 200, 16);
  EXPECT_NE(a_->malloc(a_, 200, 16), first);
  // The newest one, which moves the cursor back.
  char* last = mem$malloc(a_, 200);
  again = last;
  mem$free(a_, last);
  mem$free(a_, again);
  const void* const second = a_->malloc(a_, 200, 16);
  EXPECT_NE(a_->malloc(a_, 200, 16), second);
}

// At random, with every byte checked. What is freed is no longer in use, to the byte.
TEST_F(RecycleTest, RandomBlocksInScopes) {
  std::mt19937_64 random(cex::testing::random_seed());
  make(16384, {.retain_bytes = size_t{1} << 20});
  struct Block {
    char* p;
    size_t size;
    char fill;
  };
  for (int round = 0; round < 200; ++round) {
    mem$scope(a_, outer) {
      std::optional<cex::MemScope> inner;
      std::vector<Block> blocks;
      for (int step = 0; step < 500; ++step) {
        if (step == 250 && round % 2 == 1) {
          inner.emplace(a_);
          ASSERT_NE(mem$malloc(inner->allocator(), 1 + random() % 3000), nullptr);
        }
        const size_t at = blocks.empty() ? 0 : random() % blocks.size();
        const size_t size = 64 + random() % (random() % 20 == 0 ? 20'000 : 800);
        const size_t what = random() % 8;
        if (blocks.empty() || what < 3) {
          char* p = static_cast<char*>(outer->malloc(outer, size, 16));
          ASSERT_NE(p, nullptr);
          blocks.push_back({p, size, static_cast<char>(random())});
          memset(p, blocks.back().fill, size);
        } else if (what < 5) {
          Block& b = blocks[at];
          b.p = mem$realloc(outer, b.p, size);
          ASSERT_NE(b.p, nullptr);
          for (size_t i = 0; i < b.size && i < size; ++i) ASSERT_EQ(b.p[i], b.fill);
          b.size = size;
          memset(b.p, b.fill, size);
        } else {
          for (size_t i = 0; i < blocks[at].size; ++i) ASSERT_EQ(blocks[at].p[i], blocks[at].fill);
          mem$free(outer, blocks[at].p);
          blocks[at] = blocks.back();
          blocks.pop_back();
        }
      }
      inner.reset();
      size_t least = 0;
      for (const Block& b : blocks) least += (b.size + 8 + kAlign - 1) / kAlign * kAlign;
      ASSERT_GE(stats().bytes_in_use, least);
      for (Block& b : blocks) mem$free(outer, b.p);
      ASSERT_EQ(stats().bytes_in_use, 0u);
    }
    ASSERT_EQ(stats().bytes_in_use, 0u) << round;
  }
}

// The room for more steps is not what a request fails for.
TEST_F(RecycleTest, OutOfMemoryAtEveryStep) {
  for (size_t step = 0; step < 30; ++step) {
    make(2048);
    backing_.fail(step, 1);
    char* blocks[3] = {};
    size_t sizes[3] = {};
    for (size_t size = 50; size < 3000; size += 50) {
      for (size_t i = 0; i < 3; ++i) {
        char* const p = mem$realloc(a_, blocks[i], size);
        if (p != nullptr) {
          blocks[i] = p;
          sizes[i] = size;
          memset(p, static_cast<int>(i + 1), size);
        }
        for (size_t k = 0; k < sizes[i]; ++k) ASSERT_EQ(blocks[i][k], static_cast<char>(i + 1));
      }
    }
    for (const size_t size : sizes) EXPECT_GE(size, 2900u) << step;
  }
}

}  // namespace
