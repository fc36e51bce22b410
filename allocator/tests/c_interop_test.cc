// Scopes of C code and of C++ code. conformance_test has allocators that are written in C.
#include "allocator/tests/c_user.h"

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

TEST(CInteropDeathTest, ScopeOfAnAllocatorOfCWithoutScopes) {
  EXPECT_DEATH(mem$scope(&c_user_heap, _){},
               "cex: allocator/tests/c_interop_test.cc:[0-9]+: mem.scope on an allocator without");
}

}  // namespace
