// What CEX_TEST reports of a fixed buffer's misuse, to the line.
#include <stdio.h>

#include <thread>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "allocator/tests/skip_unless.h"
#include "cex/fixed.h"

namespace {

using cex::testing::hide;
using cex::testing::scribble;

alignas(64) char buffer[65536];

class FixedMisuseDeathTest : public testing::Test {
 protected:
  ~FixedMisuseDeathTest() override { AllocatorFixed.destroy(a_); }
  const IAllocator a_ = AllocatorFixed.create(buffer, sizeof(buffer));
  char* p_ = mem$malloc(a_, 100);
};

TEST_F(FixedMisuseDeathTest, WritesFoundAtTheEnd) {
  char* q = hide(p_);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 100, 1), AllocatorFixed.destroy(a_), "write past the end");
}

TEST_F(FixedMisuseDeathTest, WritesToFreedMemory) {
  char* q = hide(p_);
  mem$free(a_, p_);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 9, 1), AllocatorFixed.destroy(a_), "write to memory that");
}

TEST_F(FixedMisuseDeathTest, WritesToRewoundMemory) {
  char* q = nullptr;
  mem$scope(a_, inner) {
    q = mem$malloc(inner, 100);
  }
  q = hide(q);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 9, 1), mem$malloc(a_, 100), "write to memory that was");
}

TEST_F(FixedMisuseDeathTest, WritesToMemoryThatABlockGrowsInto) {
  char* behind = mem$malloc(a_, 64);
  char* q = hide(behind);
  mem$free(a_, behind);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 5, 1), p_ = mem$realloc(a_, p_, 500),
                            "write to memory th");
}

// Where no block is, and none was.
TEST_F(FixedMisuseDeathTest, WritesToTheRestOfTheBuffer) {
  for (const size_t from_end : {5000u, 1u}) {
    char* q = hide(buffer + sizeof(buffer) - from_end);
    EXPECT_STRAY_WRITE_REPORT(scribble(q, 1), AllocatorFixed.destroy(a_), "write to memory that");
  }
}

TEST_F(FixedMisuseDeathTest, TheReportNamesTheFirstByteThatWasWritten) {
  SKIP_UNLESS(cex::kChecker == cex::Checker::kPattern, "a tool's report names it");
  char* q = hide(buffer + sizeof(buffer) - 5000);
  char named[100];
  snprintf(named, sizeof(named), "the byte written to: %p\n", static_cast<void*>(q));
  EXPECT_DEATH((scribble(q, 10), AllocatorFixed.destroy(a_)), named);
}

TEST_F(FixedMisuseDeathTest, DestroyedInsideItsScope) {
  mem$scope(a_, inner) {
    EXPECT_NE(mem$malloc(inner, 1), nullptr);
    EXPECT_REPORT(AllocatorFixed.destroy(a_), "");
  }
}

TEST_F(FixedMisuseDeathTest, UsedAfterItsEnd) {
  alignas(64) static char other[8192];
  const IAllocator gone = AllocatorFixed.create(other, sizeof(other));
  AllocatorFixed.destroy(gone);
  EXPECT_REPORT((void)mem$malloc(gone, 10), "the allocator at ");
  EXPECT_REPORT(AllocatorFixed.destroy(gone), "the allocator at ");
}

TEST_F(FixedMisuseDeathTest, DestroyedInAnotherThread) {
  EXPECT_REPORT(std::thread([this] { AllocatorFixed.destroy(a_); }).join(), "an arena is used by");
}

}  // namespace
