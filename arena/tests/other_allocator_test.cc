// Calls that want an arena or a fixed buffer, of an allocator that is neither, or is the other.
#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/arena.h"
#include "cex/fixed.h"

namespace {

class OtherAllocatorDeathTest : public testing::Test {
 protected:
  ~OtherAllocatorDeathTest() override {
    AllocatorArena.destroy(arena_);
    AllocatorFixed.destroy(fixed_);
  }

  alignas(64) char buffer_[8192];
  const IAllocator fixed_ = AllocatorFixed.create(buffer_, sizeof(buffer_));
  const IAllocator arena_ = AllocatorArena.create(4096);
};

TEST_F(OtherAllocatorDeathTest, OfAnArena) {
  EXPECT_REPORT(AllocatorArena.stats(nullptr), "AllocatorArena.stats of an allocator that is null");
  EXPECT_REPORT(AllocatorArena.owns(nullptr, buffer_), "AllocatorArena.owns of an allocator that");
  EXPECT_REPORT(AllocatorArena.stats(mem$), "AllocatorArena.stats of an allocator that is not");
  EXPECT_REPORT(AllocatorArena.owns(mem$, buffer_), "AllocatorArena.owns of an allocator that is");
  for (const IAllocator other : {mem$, fixed_}) {
    EXPECT_REPORT(AllocatorArena.destroy(other), "AllocatorArena.destroy of an allocator that");
    EXPECT_REPORT(AllocatorArena.reset(other), "AllocatorArena.reset of a");
  }
  mem$arena(4096, block) {
    EXPECT_REPORT(AllocatorArena.destroy(block), "AllocatorArena.destroy of an allocator that");
  }
  mem$scope(arena_, scope) {
    EXPECT_REPORT(AllocatorArena.reset(scope), "AllocatorArena.reset of a scope's allocator");
  }
}

TEST_F(OtherAllocatorDeathTest, OfAFixedBuffer) {
  EXPECT_REPORT(AllocatorFixed.stats(nullptr), "AllocatorFixed.stats of an allocator that is null");
  EXPECT_REPORT(AllocatorFixed.owns(nullptr, buffer_), "AllocatorFixed.owns of an allocator that");
  for (const IAllocator other : {mem$, arena_}) {
    EXPECT_REPORT(AllocatorFixed.stats(other), "AllocatorFixed.stats of an allocator that is not");
    EXPECT_REPORT(AllocatorFixed.owns(other, buffer_), "AllocatorFixed.owns of an allocator that");
    EXPECT_REPORT(AllocatorFixed.destroy(other), "AllocatorFixed.destroy of an allocator that");
  }
}

}  // namespace
