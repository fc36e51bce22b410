// Making and ending arenas, mem$arena, nesting, and depth across pages.
#include "cex/arena.h"

#include <string.h>

#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/c_user.h"
#include "allocator/tests/counting_allocator.h"
#include "arena/tests/counted_arena.h"
#include "cex/fixed.h"
#include "cex/pmr.h"

namespace {

using cex::testing::CountedArenaTest;
using cex::testing::CountingAllocator;

TEST(ArenaTest, DestroyOfNullIsFine) { AllocatorArena.destroy(nullptr); }

TEST(ArenaTest, IsAnArenaAndNotTemporary) {
  const IAllocator a = AllocatorArena.create(4096);
  EXPECT_TRUE(a->meta.is_arena);
  EXPECT_FALSE(a->meta.is_temp);
  EXPECT_NE(a->meta.magic_id, mem$->meta.magic_id);
  AllocatorArena.destroy(a);
}

TEST(ArenaTest, CreateFailsWithItsBackingAllocator) {
  CountingAllocator backing;
  backing.fail(0);
  EXPECT_EQ(AllocatorArena.create(4096, {.backing = backing.allocator()}), nullptr);
  EXPECT_EQ(AllocatorArena.create(4096, {.backing = nullptr}), nullptr);
}

TEST(ArenaTest, FunctionsBehindTheMacros) {
  const IAllocator a = cex::arena_create(4096);
  char* p = cex::mem_malloc(a, 100);
  EXPECT_TRUE(cex::arena_owns(a, p));
  EXPECT_GE(cex::arena_stats(a).bytes_in_use, 100u);
  cex::arena_destroy(a);
  {
    const cex::ArenaBlock block(4096);
    EXPECT_NE(cex::mem_malloc(block.allocator(), 100), nullptr);
  }
}

TEST(MemArenaTest, GoesWithItsBlock) {
  CountingAllocator backing;
  for (int i = 0; i < 10; ++i) {
    mem$arena((cex::ArenaBlock{4096, {.backing = backing.allocator()}}), a) {
      EXPECT_NE(mem$malloc(a, 10'000), nullptr);
      EXPECT_GT(backing.live_blocks(), 0u);
      if (i == 3) continue;
      if (i == 8) break;
    }
    EXPECT_EQ(backing.live_blocks(), 0u);
  }
  EXPECT_EQ(backing.live_blocks(), 0u);
}

int return_from_arena() {
  mem$arena(4096, a) {
    int* n = mem$new(a, int, 42);
    return *n;
  }
  return 0;
}

TEST(MemArenaTest, EveryWayOut) {
  EXPECT_EQ(return_from_arena(), 42);
  EXPECT_THROW(
      mem$arena(4096, a) {
        mem$scope(a, _) {
          EXPECT_NE(mem$malloc(_, 10), nullptr);
          throw std::runtime_error("out");
        }
      },
      std::runtime_error);
  mem$arena(4096, a) {
    EXPECT_NE(mem$malloc(a, 10), nullptr);
    goto out;
  }
  FAIL();
out:
  mem$arena(4096, _) {
  }
}

TEST(MemArenaTest, ArenasNest) {
  mem$arena(4096, _) {
    char* outer = mem$malloc(_, 100);
    strcpy(outer, "outer");
    mem$arena(1024, _) {
      char* inner = mem$malloc(_, 100);
      strcpy(inner, "inner");
      EXPECT_FALSE(AllocatorArena.owns(_, outer));
      EXPECT_STREQ(outer, "outer");
    }
    EXPECT_STREQ(outer, "outer");
  }
}

TEST(ArenaTest, InAScopeOfAnotherArena) {
  CountingAllocator backing;
  const IAllocator outer = AllocatorArena.create(65536, {.backing = backing.allocator()});
  for (int i = 0; i < 100; ++i) {
    mem$scope(outer, _) {
      const IAllocator inner = AllocatorArena.create(1024, {.backing = _});
      for (int j = 0; j < 50; ++j) {
        mem$scope(inner, s) {
          char* p = mem$malloc(s, 500);
          ASSERT_NE(p, nullptr);
          memset(p, j, 500);
          if (j % 2 == 0) p = mem$malloc(s, 5000);
          ASSERT_NE(p, nullptr);
        }
      }
      AllocatorArena.destroy(inner);
    }
  }
  EXPECT_EQ(AllocatorArena.stats(outer).bytes_in_use, 0u);
  AllocatorArena.destroy(outer);
  EXPECT_EQ(backing.live_blocks(), 0u);
}

// An arena whose pages come from an allocator written in C.
TEST(ArenaTest, OverAnAllocatorOfC) {
  const IAllocator a = AllocatorArena.create(1024, {.backing = &c_user_heap});
  for (int i = 0; i < 100; ++i) {
    mem$scope(a, _) {
      ASSERT_NE(mem$malloc(_, 700), nullptr);
      ASSERT_NE(mem$malloc(_, 7000), nullptr);
    }
  }
  AllocatorArena.destroy(a);
  EXPECT_EQ(c_user_heap_live(), 0u);
}

#ifdef CEX_DETAIL_HAS_PMR
// Containers of the standard that live in a scope, growing over several pages.
TEST_F(CountedArenaTest, StandardContainersInAScope) {
  make(4096);
  for (int round = 0; round < 10; ++round) {
    mem$scope(a_, _) {
      cex::PmrResource resource(_);
      std::pmr::unordered_map<std::pmr::string, std::pmr::vector<int>> map(&resource);
      for (int i = 0; i < 100; ++i) map[std::pmr::string(40, static_cast<char>(i))].push_back(i);
      for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(map.at(std::pmr::string(40, static_cast<char>(i))).at(0), i);
      }
      EXPECT_TRUE(AllocatorArena.owns(a_, map.begin()->second.data()));
    }
    EXPECT_EQ(stats().bytes_in_use, 0u);
  }
}
#endif

TEST(ArenaTest, OnAFixedBufferUntilItIsFull) {
  alignas(64) static char buffer[65536];
  const IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  const IAllocator a = AllocatorArena.create(4096, {.backing = fixed});
  ASSERT_NE(a, nullptr);
  size_t given = 0;
  while (char* p = mem$malloc(a, 500)) {
    EXPECT_TRUE(AllocatorFixed.owns(fixed, p));
    memset(p, 1, 500);
    given += 500;
  }
  EXPECT_GE(given, size_t{40'000});
  AllocatorArena.destroy(a);
  AllocatorFixed.destroy(fixed);
}

TEST(ArenaScopeTest, GuardsAndTheInterfaceMix) {
  const IAllocator a = AllocatorArena.create(1024);
  for (int i = 0; i < 100; ++i) {
    mem$scope(a, s1) {
      char* p1 = mem$malloc(s1, 300);
      memset(p1, 1, 300);
      const IAllocator s2 = s1->scope_enter(s1);
      char* p2 = mem$malloc(s2, 3000);
      memset(p2, 2, 3000);
      mem$scope(s2, s3) {
        char* p3 = mem$malloc(s3, 300);
        memset(p3, 3, 300);
        const IAllocator s4 = s3->scope_enter(s3);
        ASSERT_NE(mem$malloc(s4, 3000), nullptr);
        s4->scope_exit(s4);
        ASSERT_EQ(p3[299], 3);
      }
      ASSERT_EQ(p2[2999], 2);
      s2->scope_exit(s2);
      ASSERT_EQ(p1[299], 1);
    }
    ASSERT_EQ(AllocatorArena.stats(a).bytes_in_use, 0u);
  }
  AllocatorArena.destroy(a);
}

// A scope for which there is no memory gives none, and ends like any other.
TEST_F(CountedArenaTest, OutOfMemory) {
  make(4096);
  backing_.fail(0);
  for (int round = 0; round < 3; ++round) {
    mem$scope(a_, s1) {
      EXPECT_EQ(mem$malloc(s1, 1), nullptr);
      mem$scope(s1, s2) {
        mem$scope(s2, s3) {
          mem$scope(a_, s4) {
            EXPECT_EQ(mem$malloc(s3, 1), nullptr);
            EXPECT_EQ(mem$malloc(s4, 1), nullptr);
            EXPECT_EQ(mem$calloc(s4, 1, 1), nullptr);
          }
        }
      }
    }
    EXPECT_EQ(a_->scope_depth(a_), 0u);
  }
  backing_.fail(CountingAllocator::kNever);
  mem$scope(a_, s1) {
    EXPECT_NE(mem$malloc(s1, 1), nullptr);
  }
}

}  // namespace
