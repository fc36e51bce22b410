// What poison, unpoison and the queries do, on whichever checker this is built for.
#include <stdint.h>
#include <string.h>

#include <gtest/gtest.h>

#include "cex/sanitizer.h"

// Which cases there are depends on the build: a tool that marks memory, the pattern of
// CEX_TEST, or nothing.
#if defined(CEX_DETAIL_ASAN) || defined(CEX_DETAIL_MSAN) || defined(CEX_VALGRIND)
#define HAS_TOOL 1
#else
#define HAS_TOOL 0
#endif
#ifdef CEX_TEST
#define HAS_CHECKS 1
#else
#define HAS_CHECKS 0
#endif

namespace {

using ::cex::Checker;
using ::cex::is_poisoned;
using ::cex::kChecker;
using ::cex::poison;
using ::cex::unpoison;
using ::cex::unpoison_defined;

alignas(16) char buffer[64];

// Reads and writes that no compiler removes, or leaves to itself because it knows
// the buffer's bounds.
char read(const char* p) {
  asm volatile("" : "+r"(p));
  return *static_cast<const volatile char*>(p);
}
void write(char* p, char c) {
  asm volatile("" : "+r"(p));
  *static_cast<volatile char*>(p) = c;
}

class PoisonTest : public ::testing::Test {
 protected:
  PoisonTest() { memset(buffer, 'a', sizeof(buffer)); }
  ~PoisonTest() override { unpoison_defined(buffer, sizeof(buffer)); }
};

TEST_F(PoisonTest, PoisonedBytesAreKnown) {
  poison(buffer, 64);
  EXPECT_TRUE(is_poisoned(buffer, 64));
  EXPECT_TRUE(is_poisoned(buffer + 3, 1));
}

#if HAS_TOOL || HAS_CHECKS
TEST_F(PoisonTest, FreshBytesAreNot) {
  EXPECT_FALSE(is_poisoned(buffer, 64));
  EXPECT_FALSE(is_poisoned(buffer, 1));
}
#endif

TEST_F(PoisonTest, NoBytesAreAlwaysPoisoned) { EXPECT_TRUE(is_poisoned(buffer, 0)); }

TEST_F(PoisonTest, UnpoisonedBytesCanBeWritten) {
  poison(buffer, 64);
  unpoison(buffer, 16);
  memset(buffer, 'b', 16);
  EXPECT_EQ(read(buffer), 'b');
  EXPECT_EQ(read(buffer + 15), 'b');
  EXPECT_TRUE(is_poisoned(buffer + 16, 48));
}

// The pattern is written over it.
#if HAS_TOOL || !HAS_CHECKS
TEST_F(PoisonTest, ContentSurvivesWhereItIsKept) {
  poison(buffer, 64);
  unpoison_defined(buffer, 64);
  EXPECT_EQ(read(buffer + 40), 'a');
}
#endif

TEST_F(PoisonTest, OneByteIsEnough) {
  for (size_t i = 0; i < 64; ++i) {
    poison(buffer, 64);
    unpoison_defined(buffer + i, 1);
    write(buffer + i, 'd');
    EXPECT_EQ(is_poisoned(buffer, 64), kChecker == Checker::kNone) << i;
    // Up to 7 bytes away, AddressSanitizer can't tell the rest of a granule.
    const size_t behind = i + 8 < 64 ? i + 8 : 64;
    EXPECT_TRUE(is_poisoned(buffer + behind, 64 - behind)) << i;
  }
}

#if HAS_CHECKS && !HAS_TOOL

TEST_F(PoisonTest, ThePatternIsInTheBytes) {
  poison(buffer + 1, 62);
  EXPECT_EQ(buffer[0], 'a');
  EXPECT_EQ(buffer[63], 'a');
  for (int i = 1; i < 63; ++i) EXPECT_EQ(static_cast<unsigned char>(buffer[i]), 0xf7) << i;
  unpoison(buffer + 1, 62);
  EXPECT_EQ(static_cast<unsigned char>(buffer[1]), 0xf7) << "left as they are";
}

TEST_F(PoisonTest, ThePatternShowsALateWrite) {
  poison(buffer, 64);
  write(buffer + 17, 0);
  EXPECT_FALSE(is_poisoned(buffer, 64));
  EXPECT_TRUE(is_poisoned(buffer, 17));
  EXPECT_TRUE(is_poisoned(buffer + 18, 46));
  EXPECT_FALSE(is_poisoned(buffer + 17, 1));
}

#elif !HAS_TOOL

TEST_F(PoisonTest, DoesNothingInARelease) {
  poison(buffer, 64);
  for (char c : buffer) EXPECT_EQ(c, 'a');
  write(buffer, 'b');
  EXPECT_TRUE(is_poisoned(buffer, 64)) << "for assertions that stand in every build";
  unpoison(buffer, 64);
  EXPECT_EQ(buffer[0], 'b');
}

#endif

#ifdef CEX_DETAIL_ASAN
TEST_F(PoisonTest, AddressSanitizerStopsATouch) {
  poison(buffer, 64);
  EXPECT_DEATH(read(buffer + 20), "AddressSanitizer: use-after-poison");
  EXPECT_DEATH(write(buffer + 20, 'x'), "AddressSanitizer: use-after-poison");
}
#endif

#ifdef CEX_DETAIL_MSAN
TEST_F(PoisonTest, MemorySanitizerStopsAUse) {
  poison(buffer, 64);
  EXPECT_DEATH(
      {
        if (read(buffer + 20) == 'a') fputs("equal\n", stderr);
      },
      "MemorySanitizer: use-of-uninitialized-value");
}
#endif

}  // namespace
