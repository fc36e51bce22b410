// C code gets an allocator and uses it by the pointers; C++ uses one written in C.
#include "allocator/tests/c_user.h"

#include <string.h>

#include <gtest/gtest.h>

#include "cex/fixed.h"

namespace {

alignas(64) char buffer[size_t{1} << 20];

// A scope opened in C++ holds what C allocates, and scopes of C nest in it.
TEST(CInteropTest, ScopesOfBothLanguagesNest) {
  const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  for (int i = 0; i < 1000; ++i) {
    mem$scope(a, outer) {
      char* text = c_user_greet(outer, "world");
      ASSERT_STREQ(text, "hello, world");
      ASSERT_EQ(c_user_scopes(outer), 0);
      const IAllocator inner = outer->scope_enter(outer);
      mem$scope(inner, innermost) {
        ASSERT_NE(mem$malloc(innermost, 100), nullptr);
      }
      inner->scope_exit(inner);
      ASSERT_STREQ(text, "hello, world");
    }
  }
  EXPECT_EQ(AllocatorFixed.stats(a).bytes_in_use, 0u);
  AllocatorFixed.destroy(a);
}

TEST(CInteropTest, CppUsesAnAllocatorOfC) {
  char* p = mem$malloc(&c_user_heap, 100, 64);
  ASSERT_NE(p, nullptr);
  EXPECT_TRUE(mem$aligned_pointer(p, 64));
  memset(p, 1, 100);
  p = mem$realloc(&c_user_heap, p, 1000, 64);
  EXPECT_EQ(p[99], 1);
  EXPECT_EQ(c_user_heap_live(), 1u);
  mem$free(&c_user_heap, p);
  EXPECT_EQ(p, nullptr);
  EXPECT_EQ(c_user_heap_live(), 0u);
  EXPECT_EQ(mem$malloc(&c_user_heap, 0), nullptr);
}

// meta.is_arena and its own magic_id: mem$scope goes through the pointers.
TEST(CInteropTest, ScopeOnAnArenaOfC) {
  const IAllocator stack = c_user_stack(buffer, sizeof(buffer));
  ASSERT_NE(stack, nullptr);
  char* kept = mem$malloc(stack, 10);
  strcpy(kept, "kept");
  for (int i = 0; i < 100; ++i) {
    mem$scope(stack, _) {
      EXPECT_EQ(stack->scope_depth(stack), 1u);
      char* p = mem$malloc(_, sizeof(buffer) / 3);
      ASSERT_NE(p, nullptr) << "round " << i;
      mem$scope(_, _) {
        EXPECT_EQ(stack->scope_depth(stack), 2u);
        char* q = mem$malloc(_, sizeof(buffer) / 3);
        ASSERT_NE(q, nullptr) << "round " << i;
      }
      if (i % 2 == 0) continue;
    }
    EXPECT_EQ(stack->scope_depth(stack), 0u);
  }
  EXPECT_STREQ(kept, "kept");
}

TEST(CInteropDeathTest, ScopeOfAnAllocatorOfCWithoutScopes) {
  EXPECT_DEATH(mem$scope(&c_user_heap, _){},
               "cex: allocator/tests/c_interop_test.cc:[0-9]+: mem.scope on an allocator without");
}

}  // namespace
