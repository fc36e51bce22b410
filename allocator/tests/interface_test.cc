// The layout of the interface, which is an ABI, as C++ sees it; c_user.c has it as C does.
#include <stddef.h>

#include <type_traits>

#include <gtest/gtest.h>

#include "cex/allocator.h"

namespace {

constexpr size_t kWord = sizeof(void*);

TEST(InterfaceTest, IsOneCacheLine) {
  EXPECT_EQ(sizeof(Allocator_i), 64u);
  EXPECT_EQ(alignof(Allocator_i), 64u);
  EXPECT_TRUE(mem$aligned_pointer(mem$, 64));
}

TEST(InterfaceTest, FieldsLieWhereTheSpecificationHasThem) {
  EXPECT_TRUE(std::is_standard_layout_v<Allocator_i>);
  EXPECT_EQ(offsetof(Allocator_i, malloc), 0u);
  EXPECT_EQ(offsetof(Allocator_i, calloc), kWord);
  EXPECT_EQ(offsetof(Allocator_i, realloc), 2 * kWord);
  EXPECT_EQ(offsetof(Allocator_i, free), 3 * kWord);
  EXPECT_EQ(offsetof(Allocator_i, scope_enter), 4 * kWord);
  EXPECT_EQ(offsetof(Allocator_i, scope_exit), 5 * kWord);
  EXPECT_EQ(offsetof(Allocator_i, scope_depth), 6 * kWord);
  EXPECT_EQ(offsetof(Allocator_i, meta), 7 * kWord);
  EXPECT_EQ(offsetof(Allocator_i, meta.magic_id), 7 * kWord);
  EXPECT_EQ(offsetof(Allocator_i, meta.is_arena), 7 * kWord + 4);
  EXPECT_EQ(offsetof(Allocator_i, meta.is_temp), 7 * kWord + 5);
}

TEST(InterfaceTest, FunctionsHaveTheTypesOfTheSpecification) {
  using A = Allocator_i;
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
