// What CEX_TEST reports through the bridges, to the line.
#include <memory_resource>
#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/pmr.h"

namespace {

using cex::testing::hide;
using cex::testing::scribble;

class PmrMisuseDeathTest : public testing::Test {
 protected:
  ~PmrMisuseDeathTest() override { mem$free(a_, p_); }
  std::pmr::monotonic_buffer_resource monotonic_;
  const cex::PmrAllocator bridge_{&monotonic_};
  const IAllocator a_ = bridge_.allocator();
  char* p_ = mem$malloc(a_, 100);
};

TEST_F(PmrMisuseDeathTest, DoubleFree) {
  char* q = hide(p_);
  mem$free(a_, p_);
  EXPECT_REPORT(mem$free(a_, q), "free of a pointer that this allocator does not own");
}

TEST_F(PmrMisuseDeathTest, PointersIntoABlock) {
  char* q = hide(p_ + 32);
  EXPECT_REPORT(mem$free(a_, q), "free of a pointer that this allocator does not own");
  char* r = hide(p_ + 1);
  EXPECT_REPORT(mem$realloc(a_, r, 9), "realloc of a pointer that this allocator does not own");
}

TEST_F(PmrMisuseDeathTest, AlignmentMismatch) {
  EXPECT_REPORT(mem$realloc(a_, p_, 9, 64), "realloc with alignment 64 of a block that was");
}

TEST_F(PmrMisuseDeathTest, WritesPastTheEnd) {
  char* q = hide(p_);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 100, 1), mem$free(a_, q), "write past the end of a block");
}

TEST_F(PmrMisuseDeathTest, Scopes) {
  EXPECT_REPORT(mem$scope(a_, _){}, "mem$scope on an allocator without scopes");
  EXPECT_DEATH(a_->scope_enter(a_), "cex: .*over a memory_resource, which has no scopes");
  EXPECT_DEATH(a_->scope_exit(a_), "cex: .*over a memory_resource, which has no scopes");
}

// A container's misuse is reported with the line where its allocator was made.
TEST_F(PmrMisuseDeathTest, ContainersNameTheLineOfTheirAllocator) {
  char* volatile stray = nullptr;
  const int made = __LINE__ + 1;
  cex::StdAllocator<char> allocator(mem$);
  stray = allocator.allocate(10);
  char* const p = stray;
  allocator.deallocate(p, 10);
  EXPECT_REPORT_AT(allocator.deallocate(hide(p), 10), made, "double free: free of a block");
}

}  // namespace
