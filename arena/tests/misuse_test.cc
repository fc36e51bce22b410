// What CEX_TEST reports of an arena's misuse, to the line.
#include <string.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/allocator/internal/block.h"
#include "cex/arena.h"
#include "cex/failing_allocator.h"
#include "cex/fixed.h"

namespace {

using cex::testing::hide;
using cex::testing::scribble;

class ArenaMisuseDeathTest : public testing::Test {
 protected:
  ~ArenaMisuseDeathTest() override { AllocatorArena.destroy(a_); }
  const IAllocator a_ = AllocatorArena.create(4096);
  char* p_ = mem$malloc(a_, 100);
};

TEST_F(ArenaMisuseDeathTest, DoubleFree) {
  char* q = hide(p_);
  mem$free(a_, p_);
  EXPECT_REPORT(mem$free(a_, q), "double free: free of a block that was freed before");
  EXPECT_REPORT(mem$realloc(a_, q, 9), "double free: realloc of a block that was freed before");
}

TEST_F(ArenaMisuseDeathTest, ReportNamesWhereTheBlockWasMade) {
  const int made = __LINE__ + 1;
  char* p = mem$malloc(a_, 33);
  char* q = hide(p);
  mem$free(a_, p);
  EXPECT_DEATH(mem$free(a_, q), "33 bytes, allocated at arena/tests/misuse_test.cc:" +
                                    std::to_string(made) + ", scope depth 0");
}

TEST_F(ArenaMisuseDeathTest, ForeignPointers) {
  char* heap = mem$malloc(mem$, 10);
  EXPECT_REPORT(mem$free(a_, heap), "free of a pointer that this allocator does not own");
  EXPECT_REPORT(mem$realloc(a_, heap, 2), "realloc of a pointer that this allocator does not own");
  // Its page is a block of the heap's.
  EXPECT_REPORT(mem$free(mem$, p_), "free of a pointer into the middle of a block");
  mem$free(mem$, heap);
}

TEST_F(ArenaMisuseDeathTest, AnArenaIsNoBlockOfTheHeap) {
  const int made = __LINE__ + 1;
  IAllocator a = AllocatorArena.create(4096);
  void* p = const_cast<Allocator_i*>(a);
  EXPECT_REPORT(mem$free(mem$, a), "free of an arena, which AllocatorArena.destroy would end: 0x");
  EXPECT_REPORT(p = mem$realloc(mem$, p, 9), "realloc of an arena, which AllocatorArena.destroy");
  EXPECT_DEATH(mem$free(mem$, a), "pages of 4096 bytes, created at arena/tests/misuse_test.cc:" +
                                      std::to_string(made));
  AllocatorArena.destroy(a);
}

TEST_F(ArenaMisuseDeathTest, PointersIntoABlock) {
  for (const size_t offset : {1u, 8u, 16u, 64u, 99u}) {
    char* q = hide(p_ + offset);
    EXPECT_REPORT(mem$free(a_, q), "free of a pointer that is not the start of a live block");
    EXPECT_REPORT(mem$realloc(a_, q, 1), "realloc of a pointer that is not the start of a live");
  }
}

TEST_F(ArenaMisuseDeathTest, BlockOfAScopeThatHasEnded) {
  char* q = nullptr;
  mem$scope(a_, _) {
    q = mem$malloc(_, 100);
  }
  q = hide(q);
  EXPECT_REPORT(mem$free(a_, q), "free of a pointer that is not the start of a live block");
}

TEST_F(ArenaMisuseDeathTest, AlignmentMismatch) {
  EXPECT_REPORT(mem$realloc(a_, p_, 9, 64), "realloc with alignment 64 of a block that was");
  EXPECT_REPORT(mem$realloc(a_, p_, 9, 1), "realloc with alignment 1 of a block that was");
}

TEST_F(ArenaMisuseDeathTest, ReallocAcrossScopes) {
  mem$scope(a_, _) {
    EXPECT_REPORT(mem$realloc(_, p_, 200), "realloc across scopes: a block of scope depth 0 is");
    EXPECT_REPORT(mem$realloc(_, p_, 9), "realloc across scopes: a block of scope depth 0 is");
    char* q = mem$malloc(_, 10);
    EXPECT_NE(mem$realloc(_, q, 100), nullptr);
  }
}

TEST_F(ArenaMisuseDeathTest, WritesPastEitherEnd) {
  char* q = hide(p_);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 100, 1), mem$free(a_, q), "write past the end of a block");
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 115, 1), mem$free(a_, q), "write past the end of a block");
  EXPECT_STRAY_WRITE_REPORT(scribble(q - 1, 1), mem$free(a_, q), "write before the start of a");
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 100, 1), mem$realloc(a_, q, 9), "write past the end of a");
}

// Wherever a write goes that begins shortly before the block, it is found.
TEST_F(ArenaMisuseDeathTest, WritesToARecord) {
  char* q = hide(static_cast<char*>(mem$malloc(a_, 100)));
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  for (size_t back = sizeof(cex::detail::BlockHeader::guard) + 1;
       back <= sizeof(cex::detail::BlockHeader); ++back) {
    const char* const text = "the record in front of the block at";
    // Another value than the byte has: which one that is, is for the addresses to say.
    volatile char* const byte = q - back;
    if (cex::kChecker == cex::Checker::kPattern) {
      EXPECT_STRAY_WRITE_REPORT(*byte = static_cast<char>(~*byte), mem$free(a_, q), text);
      EXPECT_STRAY_WRITE_REPORT(*byte = static_cast<char>(~*byte), AllocatorArena.destroy(a_),
                                text);
    }
  }
}

TEST_F(ArenaMisuseDeathTest, WritesPastTheEndOfALargeBlock) {
  char* q = hide(static_cast<char*>(mem$malloc(a_, 100'000)));
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 100'000, 1), mem$free(a_, q), "write past the end of a");
  EXPECT_STRAY_WRITE_REPORT(scribble(q - 1, 1), mem$free(a_, q), "write before the start of a");
}

// Nobody frees blocks of an arena: what was overwritten is found when it ends.
TEST_F(ArenaMisuseDeathTest, WritesFoundWhenTheArenaOrTheScopeEnds) {
  char* q = hide(p_);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 100, 1), AllocatorArena.destroy(a_), "write past the end");
  EXPECT_STRAY_WRITE_REPORT(scribble(q - 1, 1), AllocatorArena.destroy(a_), "write before the sta");
  if (cex::testing::kStrayWritesEndTheProgram && cex::kChecker != cex::Checker::kAsan) {
    EXPECT_REPORT(
        mem$scope(a_, _) { scribble(mem$malloc(_, 8), 9); }, "write past the end of a");
  }
}

// A long stray write that reaches the next block's record is found as well.
TEST_F(ArenaMisuseDeathTest, WritesOverTheNextBlocksRecord) {
  char* next = mem$malloc(a_, 100);
  ASSERT_NE(next, nullptr);
  char* q = hide(p_);
  if (cex::kChecker == cex::Checker::kPattern) {
    EXPECT_DEATH(
        {
          scribble(q + 100, 100);
          AllocatorArena.destroy(a_);
        },
        "cex: arena/tests/misuse_test.cc:[0-9]+: ");
  }
}

TEST_F(ArenaMisuseDeathTest, WritesToFreedMemory) {
  char* q = hide(p_);
  mem$free(a_, p_);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 9, 1), AllocatorArena.destroy(a_), "write to memory that");
}

// Rewound memory is used again once its page is full.
TEST_F(ArenaMisuseDeathTest, WritesToRewoundMemoryFoundWhenItIsUsedAgain) {
  char* q = nullptr;
  mem$scope(a_, _) {
    q = mem$malloc(_, 100);
  }
  q = hide(q);
  if (cex::testing::kStrayWritesEndTheProgram) {
    EXPECT_DEATH(
        {
          scribble(q + 9, 1);
          for (int i = 0; i < 100; ++i) {
            mem$scope(a_, _) {
              (void)mem$malloc(_, 100);
            }
          }
        },
        "AddressSanitizer: |cex: arena/tests/misuse_test.cc:[0-9]+: write to memory that was "
        "freed");
  }
}

TEST_F(ArenaMisuseDeathTest, WritesToFreeMemoryFoundWhenABlockGrowsIntoIt) {
  char* q = hide(p_);
  if (cex::testing::kStrayWritesEndTheProgram) {
    EXPECT_DEATH(
        {
          scribble(q + 999, 1);
          p_ = mem$realloc(a_, p_, 2000);
        },
        "AddressSanitizer: |cex: arena/tests/misuse_test.cc:[0-9]+: write to memory that was "
        "freed or whose scope has ended, found when a block grew into it");
  }
}

// And looked at when the page is given back, if it never was.
TEST_F(ArenaMisuseDeathTest, WritesToRewoundMemoryFoundAtTheEnd) {
  char* q = nullptr;
  mem$scope(a_, _) {
    q = mem$malloc(_, 100);
  }
  EXPECT_NE(mem$malloc(a_, 100), nullptr);
  q = hide(q);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 9, 1), AllocatorArena.destroy(a_), "write to memory that");
  // Far from any block, where no guard is.
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 999, 1), AllocatorArena.destroy(a_), "write to memory th");
}

TEST_F(ArenaMisuseDeathTest, ScopesOutOfOrder) {
  const auto out_of_order = [this] {
    alignas(cex::MemScope) char first[sizeof(cex::MemScope)];
    auto* const outer = new (first) cex::MemScope(a_);
    const cex::MemScope inner(a_);
    outer->~MemScope();
  };
  EXPECT_DEATH(
      out_of_order(),
      "cex: arena/tests/misuse_test.cc:[0-9]+: scopes end out of order: the scope at depth "
      "1 ends while depth 2 is open");
  EXPECT_DEATH(
      mem$scope(a_, _) { _->scope_enter(_); },
      "cex: arena/tests/misuse_test.cc:[0-9]+: scopes end out of order: the scope at depth 1 ends");
}

TEST_F(ArenaMisuseDeathTest, ScopeExitWithoutEnter) {
  EXPECT_DEATH(a_->scope_exit(a_), "cex: .*scope_exit without a scope_enter before it");
}

TEST_F(ArenaMisuseDeathTest, DestroyedInsideItsScope) {
  mem$scope(a_, _) {
    EXPECT_REPORT(AllocatorArena.destroy(a_), "arena destroyed inside its scope: 1 still open");
  }
  a_->scope_enter(a_);
  a_->scope_enter(a_);
  EXPECT_REPORT(AllocatorArena.destroy(a_), "arena destroyed inside its scope: 2 still open");
  a_->scope_exit(a_);
  a_->scope_exit(a_);
}

TEST_F(ArenaMisuseDeathTest, UsedAfterItsEnd) {
  const IAllocator gone = hide(AllocatorArena.create(4096));
  AllocatorArena.destroy(gone);
  if (cex::kChecker == cex::Checker::kPattern) {
    EXPECT_REPORT(AllocatorArena.destroy(gone), "the allocator at ");
    EXPECT_REPORT(AllocatorArena.stats(gone), "the allocator at ");
  }
  std::optional<cex::ArenaBlock> block(4096);
  const IAllocator of_block = hide(block->allocator());
  block.reset();
  EXPECT_REPORT((void)mem$malloc(of_block, 10), "the allocator at ");
  EXPECT_REPORT(mem$scope(of_block, _){}, "the allocator at ");
}

TEST_F(ArenaMisuseDeathTest, HandedOverInsideAScope) {
  mem$scope(a_, _) {
    EXPECT_REPORT(AllocatorArena.hand_over(a_), "AllocatorArena.hand_over inside a scope: 1 still");
  }
  AllocatorArena.hand_over(a_);
}

// An allocator that has its scopes from another one.
TEST_F(ArenaMisuseDeathTest, ScopesOfAWrapperOutOfOrder) {
  cex::testing::FailingAllocator wrapper(a_);
  const auto out_of_order = [&wrapper] {
    alignas(cex::MemScope) char first[sizeof(cex::MemScope)];
    auto* const outer = new (first) cex::MemScope(wrapper.allocator());
    const cex::MemScope inner(wrapper.allocator());
    outer->~MemScope();
  };
  EXPECT_DEATH(out_of_order(),
               "cex: arena/tests/misuse_test.cc:[0-9]+: scopes end out of order: the scope at "
               "depth 1 ends while depth 2 is open");
}

TEST_F(ArenaMisuseDeathTest, DestroyOfWhatIsNoArena) {
  EXPECT_REPORT(AllocatorArena.destroy(mem$), "AllocatorArena.destroy of an allocator that is not");
  alignas(64) static char buffer[8192];
  const IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  EXPECT_REPORT(AllocatorArena.destroy(fixed), "AllocatorArena.destroy of an allocator that is");
  mem$arena(4096, block) {
    EXPECT_REPORT(AllocatorArena.destroy(block), "AllocatorArena.destroy of an allocator that is");
  }
}

TEST_F(ArenaMisuseDeathTest, BadPageSizeOfABlock) {
  EXPECT_REPORT(mem$arena(0, _){}, "mem$arena: bad page size 0");
}

TEST_F(ArenaMisuseDeathTest, NoBackingAllocatorOfABlock) {
  EXPECT_REPORT(cex::ArenaBlock(4096, {.backing = nullptr}),
                "mem$arena: the backing allocator is null");
}

TEST_F(ArenaMisuseDeathTest, OfAnotherAllocator) {
  EXPECT_REPORT(AllocatorArena.stats(mem$), "AllocatorArena.stats of an allocator that is not");
  EXPECT_REPORT(AllocatorArena.owns(mem$, p_), "AllocatorArena.owns of an allocator that is not");
  EXPECT_REPORT(AllocatorArena.destroy(mem$), "AllocatorArena.destroy of an allocator that is not");
  EXPECT_REPORT(AllocatorArena.stats(nullptr), "AllocatorArena.stats of an allocator that is null");
}

// The first thread is alive all the while.
TEST_F(ArenaMisuseDeathTest, TwoThreads) {
  const auto in_thread = [](auto call) { std::thread(call).join(); };
  EXPECT_REPORT(in_thread([this] { (void)mem$malloc(a_, 1); }), "an arena is used by two threads");
  EXPECT_REPORT(in_thread([this] { mem$free(a_, p_); }), "an arena is used by two threads");
  EXPECT_REPORT(in_thread([this] { (void)mem$realloc(a_, p_, 1); }), "an arena is used by two");
  EXPECT_REPORT(in_thread([this] {
                  mem$scope(a_, _) {
                  }
                }),
                "an arena is used by two threads");
  EXPECT_REPORT(in_thread([this] { AllocatorArena.destroy(a_); }), "an arena is used by two thr");
  EXPECT_REPORT(in_thread([this] { AllocatorArena.hand_over(a_); }), "an arena is used by two thr");
}

}  // namespace
