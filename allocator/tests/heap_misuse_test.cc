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

TEST_F(HeapMisuseDeathTest, DoubleFree) {
  char* q = hide(p_);
  mem$free(mem$, p_);
  EXPECT_REPORT(mem$free(mem$, q), "double free: free of a block that was freed before");
  EXPECT_REPORT(mem$realloc(mem$, q, 9), "double free: realloc of a block that was freed before");
}

TEST_F(HeapMisuseDeathTest, ReportNamesWhereTheBlockWasMadeAndFreed) {
  const int made = __LINE__ + 1;
  char* p = mem$malloc(mem$, 33);
  char* q = hide(p);
  const int freed = __LINE__ + 1;
  mem$free(mem$, p);
  const std::string file = "allocator/tests/heap_misuse_test.cc:";
  EXPECT_DEATH(mem$free(mem$, q), "33 bytes, allocated at " + file + std::to_string(made) +
                                      ", freed at " + file + std::to_string(freed));
}

TEST_F(HeapMisuseDeathTest, ForeignPointers) {
  static char other[64];
  char* q = hide(other + 16);
  EXPECT_REPORT(mem$free(mem$, q), "free of a pointer that this allocator does not own");
  EXPECT_REPORT(mem$realloc(mem$, q, 1), "realloc of a pointer that this allocator does not own");
  int on_stack = 0;
  int* r = hide(&on_stack);
  EXPECT_REPORT(mem$free(mem$, r), "free of a pointer that this allocator does not own");
}

TEST_F(HeapMisuseDeathTest, PointersIntoABlock) {
  for (const size_t offset : {1u, 8u, 16u, 64u, 99u}) {
    char* q = hide(p_ + offset);
    EXPECT_REPORT(mem$free(mem$, q), "free of a pointer into the middle of a block");
    EXPECT_REPORT(mem$realloc(mem$, q, 1), "realloc of a pointer into the middle of a block");
  }
}

TEST_F(HeapMisuseDeathTest, AlignmentMismatch) {
  EXPECT_REPORT(mem$realloc(mem$, p_, 9, 64), "realloc with alignment 64 of a block that was");
  char* q = mem$malloc(mem$, 10, 64);
  const std::string normal = std::to_string(alignof(max_align_t));
  EXPECT_REPORT(mem$realloc(mem$, q, 9),
                ("realloc with alignment " + normal + " of a block that was").c_str());
  mem$free(mem$, q);
}

TEST_F(HeapMisuseDeathTest, WritesPastTheEnd) {
  for (const size_t offset : {100u, 103u, 111u, 120u, 163u}) {
    char* q = hide(p_);
    EXPECT_STRAY_WRITE_REPORT(scribble(q + offset, 1), mem$free(mem$, q), "write past the end of");
    EXPECT_STRAY_WRITE_REPORT(scribble(q + offset, 1), mem$realloc(mem$, q, 1), "write past the");
  }
}

TEST_F(HeapMisuseDeathTest, WritesBeforeTheStart) {
  char* aligned = mem$malloc(mem$, 100, 64);
  for (const size_t offset : {1u, 8u, 16u, 17u, 64u}) {
    char* q = hide(p_);
    EXPECT_STRAY_WRITE_REPORT(scribble(q - offset, 1), mem$free(mem$, q), "write before the start");
    q = hide(aligned);
    EXPECT_STRAY_WRITE_REPORT(scribble(q - offset, 1), mem$free(mem$, q), "write before the start");
  }
  mem$free(mem$, aligned);
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
