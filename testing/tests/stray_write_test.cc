// Memory that an arena or tmem$ keeps is looked at when a LeakCheck ends.
#include <string.h>

#include <string>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/arena.h"
#include "cex/leak_check.h"
#include "cex/tempmem.h"

namespace {

using ::cex::testing::LeakCheck;
using ::cex::testing::scribble;
using ::cex::testing::take_damage;

// A pointer into a block is one whatever happened to what stands before the block.
TEST(StrayWriteDeathTest, MiddleOfABlockBehindDamage) {
  for (const IAllocator a : {mem$, AllocatorArena.create(4096)}) {
    char* p = mem$malloc(a, 100);
    EXPECT_DEATH(
        {
          for (size_t i = 1; i <= 16; ++i) scribble(p - i, 1);
          char* middle = p + 32;
          mem$free(a, middle);
        },
        "free of a pointer into the middle of a block: .* is 32 bytes behind its start");
    mem$free(a, p);
    if (a != mem$) AllocatorArena.destroy(a);
  }
}

// What has been in a scope is kept, by an arena and by tmem$, when a LeakCheck ends.
TEST(StrayWriteTest, KeptMemoryThatIsWholeIsNoDamage) {
  const LeakCheck check;
  mem$arena(4096, arena) {
    mem$scope(arena, _) memset(mem$malloc(_, 1000).get(), 1, 1000);
    mem$scope(tmem$, _) memset(mem$malloc(_, 1000).get(), 1, 1000);
    LeakCheck inner;
    inner.check();
    EXPECT_EQ(take_damage(), "");
  }
}

TEST(StrayWriteDeathTest, KeptMemoryThatWasWrittenToIsDamage) {
  mem$arena(4096, arena) {
    for (const IAllocator a : {static_cast<IAllocator>(arena), static_cast<IAllocator>(tmem$)}) {
      for (const size_t offset : {0u, 1u, 500u, 999u}) {
        char* stale = nullptr;
        char first[64] = "";
        mem$scope(a, _) stale = mem$malloc(_, 1000);
        snprintf(first, sizeof(first), "%p", static_cast<void*>(stale + offset));
        EXPECT_DEATH(
            {
              LeakCheck check;
              scribble(stale + offset, 1);
              check.check();
            },
            std::string("write to memory whose scope has ended at ") + first);
      }
    }
  }
}

}  // namespace
