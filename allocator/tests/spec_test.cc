// What the specification says of allocators, in its own words and code.
#include <stdint.h>
#include <string.h>

#include <gtest/gtest.h>

#include "allocator/tests/fresh_bytes.h"
#include "cex/allocator.h"
#include "cex/fixed.h"

namespace {

using u8 = uint8_t;

alignas(64) char buffer[65536];

// "All memory allocating functions … require IAllocator argument", and "the same
// piece of code may work" over every memory model.
u8* repeated(IAllocator allocator, u8 value, size_t count) {
  u8* const bytes = mem$malloc(allocator, count);
  if (bytes != nullptr) memset(bytes, value, count);
  return bytes;
}

TEST(SpecTest, OneFunctionOverSeveralMemoryModels) {
  u8* on_heap = repeated(mem$, 1, 100);
  ASSERT_NE(on_heap, nullptr);
  const IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  const u8* const on_buffer = repeated(fixed, 1, 100);
  ASSERT_NE(on_buffer, nullptr);
  EXPECT_EQ(memcmp(on_heap, on_buffer, 100), 0);
  mem$free(mem$, on_heap);
  AllocatorFixed.destroy(fixed);
}

// "`alignment` parameter is optional, by default it's system specific alignment (up
// to 64 byte alignment is supported)", for each of the calls.
TEST(SpecTest, AlignmentsOneTo64) {
  for (size_t alignment = 1; alignment <= 64; alignment *= 2) {
    u8* p = mem$malloc(mem$, 100, alignment);
    u8* q = mem$calloc(mem$, 10, 10, alignment);
    ASSERT_NE(p, nullptr);
    ASSERT_NE(q, nullptr);
    EXPECT_TRUE(mem$aligned_pointer(p, alignment));
    EXPECT_TRUE(mem$aligned_pointer(q, alignment));
    p = mem$realloc(mem$, p, 5000, alignment);
    ASSERT_NE(p, nullptr);
    EXPECT_TRUE(mem$aligned_pointer(p, alignment));
    mem$free(mem$, p);
    mem$free(mem$, q);
  }
  u8* p = mem$malloc(mem$, 100, 0);
  EXPECT_TRUE(mem$aligned_pointer(p, alignof(max_align_t)));
  mem$free(mem$, p);
#ifdef CEX_TEST
  EXPECT_DEATH((void)mem$malloc(mem$, 100, 128), "bad alignment 128");
#else
  EXPECT_EQ(mem$malloc(mem$, 100, 128), nullptr);
#endif
}

// "frees `old_prt` and implicitly set it to `NULL`".
TEST(SpecTest, FreeSetsNull) {
  u8* p = mem$malloc(mem$, 100);
  mem$free(mem$, p);
  EXPECT_EQ(p, nullptr);
}

// "generic allocation of new instance of `T` (type), with respect of its size and
// alignment".
TEST(SpecTest, NewInstanceOfAType) {
  struct alignas(32) Wide {
    uint64_t words[8];
  };
  Wide* wide = mem$new(mem$, Wide);
  ASSERT_NE(wide, nullptr);
  EXPECT_TRUE(mem$aligned_pointer(wide, alignof(Wide)));
  mem$free(mem$, wide);
}

// "When run in test mode … return uninitialized memory with `0x7f` byte pattern".
TEST(SpecTest, PatternInTestMode) {
#ifdef CEX_TEST
  u8* p = mem$malloc(mem$, 100);
  EXPECT_TRUE(cex::testing::is_fresh(p, 100));
  mem$free(mem$, p);
#endif
}

}  // namespace
