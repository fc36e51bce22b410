// The code blocks of the specification that concern arenas, in their C++ form.
#include <stdint.h>

#include <gtest/gtest.h>

#include "cex/arena.h"

namespace {

using u8 = uint8_t;

TEST(SpecTest, DirectInitialization) {
  IAllocator arena = AllocatorArena.create(4096);
  ASSERT_NE(arena, nullptr);
  u8* p = mem$malloc(arena, 100);
  ASSERT_NE(p, nullptr);
  p[0] = 42;
  p[99] = 43;
  const u8* const p_before = p;

  mem$scope(arena, tal) {
    u8* p2 = mem$malloc(tal, 100000);
    ASSERT_NE(p2, nullptr);
    p2[99999] = 1;
    EXPECT_EQ(AllocatorArena.stats(arena).pages_live, 2u);

    mem$scope(arena, tal) {
      u8* p3 = mem$malloc(tal, 100);
      ASSERT_NE(p3, nullptr);
      EXPECT_TRUE(AllocatorArena.owns(arena, p3));
    }
    EXPECT_EQ(p2[99999], 1);
  }
  EXPECT_EQ(AllocatorArena.stats(arena).pages_live, 1u);
  EXPECT_EQ(p, p_before);
  EXPECT_EQ(p[0], 42);
  EXPECT_EQ(p[99], 43);

  AllocatorArena.destroy(arena);
}

TEST(SpecTest, ArenaScope) {
  mem$arena(4096, arena) {
    u8* p2 = mem$malloc(arena, 10040);
    ASSERT_NE(p2, nullptr);
    p2[10039] = 7;
    mem$scope(arena, tal) {
      u8* p3 = mem$malloc(tal, 100);
      ASSERT_NE(p3, nullptr);
    }
    EXPECT_EQ(p2[10039], 7);
  }
}

}  // namespace
