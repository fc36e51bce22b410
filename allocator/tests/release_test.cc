// What holds only in a release build, where mem$ is the C library's heap and blocks
// have no guards.
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <gtest/gtest.h>

#include "cex/allocator.h"

namespace {

// Pages of memory that this process has touched for the first time.
long faults() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

constexpr size_t kSystemPage = 4096;

// What is copied has to be touched where it goes; what is remapped is not.
TEST(HeapReleaseTest, ReallocRemapsLargeBlocksForEveryAlignmentUpToTheDefault) {
  constexpr size_t kSize = size_t{64} << 20;
  for (size_t align = 1; align <= alignof(max_align_t); align *= 2) {
    char* p = mem$malloc(mem$, kSize, align);
    ASSERT_NE(p, nullptr);
    memset(p, 7, kSize);
    const long before = faults();
    p = mem$realloc(mem$, p, 4 * kSize, align);
    ASSERT_NE(p, nullptr);
    EXPECT_LT(faults() - before, static_cast<long>(kSize / kSystemPage / 16)) << align;
    EXPECT_EQ(p[0], 7);
    EXPECT_EQ(p[kSize - 1], 7);
    mem$free(mem$, p);
  }
}

// The C library's realloc keeps 16, so a larger alignment takes a copy; a second
// one, or a first into a block that then proves misaligned, would be a waste.
TEST(HeapReleaseTest, ReallocOfAnOverAlignedBlockCopiesOnce) {
  constexpr size_t kSize = size_t{64} << 20;
  for (size_t align = 32; align <= 64; align *= 2) {
    char* p = mem$malloc(mem$, kSize, align);
    ASSERT_NE(p, nullptr);
    memset(p, 7, kSize);
    const long before = faults();
    p = mem$realloc(mem$, p, kSize + kSize / 2, align);
    ASSERT_NE(p, nullptr);
    EXPECT_TRUE(mem$aligned_pointer(p, align));
    EXPECT_LE(faults() - before, static_cast<long>(kSize / kSystemPage * 5 / 4)) << align;
    EXPECT_EQ(p[kSize - 1], 7);
    mem$free(mem$, p);
  }
}

// Whoever asks for more alignment than the block was made with gets it.
TEST(HeapReleaseTest, ReallocToMoreAlignmentKeepsThePromise) {
  for (int i = 0; i < 100; ++i) {
    char* p = mem$malloc(mem$, 200, 16);
    ASSERT_NE(p, nullptr);
    memset(p, 7, 200);
    p = mem$realloc(mem$, p, 190, 64);
    ASSERT_NE(p, nullptr);
    EXPECT_TRUE(mem$aligned_pointer(p, 64));
    EXPECT_EQ(p[189], 7);
    mem$free(mem$, p);
  }
}

// A release build adds nothing to the C library's blocks, so they may be handed
// to code that calls free().
TEST(HeapReleaseTest, ReleaseBlocksAreTheCLibrarys) {
  char* p = mem$malloc(mem$, 100);
  free(p);
  p = mem$malloc(mem$, 100, 64);
  free(p);
}

}  // namespace
