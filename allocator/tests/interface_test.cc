// The interface as C++ sees it, which is an ABI. Where its fields lie c_user.c says.
#include <stddef.h>

#include <type_traits>

#include <gtest/gtest.h>

#include "cex/allocator.h"

namespace {

TEST(InterfaceTest, FunctionsHaveTheTypesOfTheSpecification) {
  using A = Allocator_i;
  EXPECT_TRUE(std::is_standard_layout_v<A>);
  EXPECT_TRUE((std::is_same_v<IAllocator, const struct Allocator_i*>));
  EXPECT_TRUE((std::is_same_v<decltype(A::malloc), void* (*const)(IAllocator, size_t, size_t)>));
  EXPECT_TRUE(
      (std::is_same_v<decltype(A::calloc), void* (*const)(IAllocator, size_t, size_t, size_t)>));
  EXPECT_TRUE(
      (std::is_same_v<decltype(A::realloc), void* (*const)(IAllocator, void*, size_t, size_t)>));
  EXPECT_TRUE((std::is_same_v<decltype(A::free), void* (*const)(IAllocator, void*)>));
  EXPECT_TRUE((std::is_same_v<decltype(A::scope_enter), IAllocator (*const)(IAllocator)>));
  EXPECT_TRUE((std::is_same_v<decltype(A::scope_exit), void (*const)(IAllocator)>));
  EXPECT_TRUE((std::is_same_v<decltype(A::scope_depth), uint32_t (*const)(IAllocator)>));
}

TEST(InterfaceTest, TheHeapIsNoArena) {
  EXPECT_FALSE(mem$->meta.is_arena);
  EXPECT_FALSE(mem$->meta.is_temp);
  EXPECT_EQ(mem$->scope_depth(mem$), 0u);
}

}  // namespace
