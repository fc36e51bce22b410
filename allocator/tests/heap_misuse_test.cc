// What CEX_TEST reports of mem$'s misuse, to the line.
#include <string.h>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "allocator/tests/skip_unless.h"
#include "cex/allocator.h"

namespace {

using cex::testing::hide;
using cex::testing::scribble;

// Each block is freed by the parent process; the misuse happens in a child.
class HeapMisuseDeathTest : public testing::Test {
 protected:
  ~HeapMisuseDeathTest() override { mem$free(mem$, p_); }
  char* p_ = mem$malloc(mem$, 100);
};

// The guard bytes are more than in a caller's memory.
TEST_F(HeapMisuseDeathTest, WritesFarBeyondEitherEnd) {
  char* aligned = mem$malloc(mem$, 100, 64);
  for (char* const p : {p_, aligned}) {
    char* q = hide(p);
    EXPECT_STRAY_WRITE_REPORT(scribble(q + 163, 1), mem$free(mem$, q), "write past the end of a");
    EXPECT_STRAY_WRITE_REPORT(scribble(q - 64, 1), mem$free(mem$, q), "write before the start of");
  }
  mem$free(mem$, aligned);
}

// It is quarantined, too, until as much was freed after it as of others.
TEST_F(HeapMisuseDeathTest, FreesABlockTwiceThatIsLargerThanTheQuarantine) {
  char* large = mem$malloc(mem$, 17 << 20);
  mem$free(mem$, hide(large));
  for (int i = 0; i < 15; ++i) {
    char* p = mem$malloc(mem$, 1 << 20);
    mem$free(mem$, p);
  }
  EXPECT_REPORT(mem$free(mem$, hide(large)), "double free");
}

// A freed block is looked at when it leaves the quarantine.
TEST_F(HeapMisuseDeathTest, WritesToFreedMemory) {
  char* q = hide(p_);
  mem$free(mem$, p_);
  const auto churn = [] {
    for (int i = 0; i < 40; ++i) cex::mem_free(mem$, static_cast<char*>(mem$malloc(mem$, 1 << 20)));
  };
  if constexpr (cex::testing::kStrayWritesEndTheProgram) {
    EXPECT_DEATH(
        {
          scribble(q + 50, 1);
          churn();
        },
        "AddressSanitizer: |cex: allocator/tests/heap_misuse_test.cc:[0-9]+: write to freed "
        "memory");
  }
}

TEST_F(HeapMisuseDeathTest, Scopes) {
  EXPECT_REPORT(mem$scope(mem$, _){}, "mem$scope on an allocator without scopes: mem$ is the heap");
  EXPECT_DEATH(mem$->scope_enter(mem$), "cex: .*mem.scope on mem.: the heap has no scopes");
  EXPECT_DEATH(mem$->scope_exit(mem$), "cex: .*scope_exit on mem.: the heap has no scopes");
}

TEST_F(HeapMisuseDeathTest, NullAllocator) {
  const IAllocator none = cex::testing::hide(IAllocator{});
  EXPECT_REPORT((void)cex::mem_malloc(none, 8), "the allocator is null");
}

// A struct with an IAllocator in it that is gone, or was never filled in.
TEST_F(HeapMisuseDeathTest, PointerToAnAllocatorThatIsNone) {
  IAllocator a = nullptr;
  memset(&a, cex::kPoisonByte, sizeof(a));
  EXPECT_REPORT((void)cex::mem_malloc(a, 8), "the IAllocator lies in memory that was freed or");
}

TEST_F(HeapMisuseDeathTest, PointerToAnAllocatorThatWasNeverSet) {
  SKIP_UNLESS(cex::testing::kStrayWritesEndTheProgram, "the tool reports that it is read");
  IAllocator a = nullptr;
  IAllocator* fresh = mem$malloc(mem$, sizeof(IAllocator));
  memcpy(&a, fresh, sizeof(a));
  EXPECT_REPORT((void)cex::mem_malloc(a, 8), "the IAllocator was never set: it lies in fresh");
  mem$free(mem$, fresh);
}

}  // namespace
