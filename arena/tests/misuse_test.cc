// What CEX_TEST reports of an arena's misuse, to the line.
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "allocator/tests/skip_unless.h"
#include "cex/arena.h"
#include "cex/failing_allocator.h"

namespace {

using cex::testing::hide;
using cex::testing::scribble;

class ArenaMisuseDeathTest : public testing::Test {
 protected:
  ~ArenaMisuseDeathTest() override { AllocatorArena.destroy(a_); }
  const IAllocator a_ = AllocatorArena.create(4096);
  char* p_ = mem$malloc(a_, 100);
};

TEST_F(ArenaMisuseDeathTest, ForeignPointers) {
  EXPECT_DEATH(mem$free(mem$, p_), "it is a block of an arena, not of mem\\$: 100 bytes, alloc");
}

TEST_F(ArenaMisuseDeathTest, AnArenaIsNoBlockOfTheHeap) {
  const int made = __LINE__ + 1;
  IAllocator a = AllocatorArena.create(4096);
  void* p = const_cast<Allocator_i*>(a);
  EXPECT_REPORT(mem$free(mem$, a), "free of an arena, which AllocatorArena.destroy would end: 0x");
  EXPECT_REPORT(p = mem$realloc(mem$, p, 9), "realloc of an arena, which AllocatorArena.destroy");
  EXPECT_DEATH(mem$free(mem$, a),
               "allocated at arena/tests/misuse_test.cc:" + std::to_string(made));
  AllocatorArena.destroy(a);
}

TEST_F(ArenaMisuseDeathTest, BlockOfAScopeThatHasEnded) {
  char* q = nullptr;
  mem$scope(a_, _) {
    q = mem$malloc(_, 100);
  }
  q = hide(q);
  EXPECT_REPORT(mem$free(a_, q), "double free: free of a block that was freed before");
  EXPECT_DEATH(mem$free(a_, q),
               "its scope ended at arena/tests/misuse_test.cc:[0-9]+, of an arena");
}

// Blocks of an arena are not freed one by one: what was overwritten is found when it ends.
TEST_F(ArenaMisuseDeathTest, WritesFoundWhenTheArenaOrTheScopeEnds) {
  char* q = hide(p_);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 100, 1), AllocatorArena.destroy(a_), "write past the end");
  EXPECT_STRAY_WRITE_REPORT(scribble(q - 1, 1), AllocatorArena.destroy(a_), "write before the sta");
}

// An arena that is not destroyed ends with the scope that its memory comes from.
TEST_F(ArenaMisuseDeathTest, WritesFoundWhenTheScopeBelowAnArenaEnds) {
  mem$scope(a_, scope) {
    const IAllocator above = AllocatorArena.create(1024, {.backing = scope});
    char* q = hide(static_cast<char*>(mem$malloc(above, 100)));
    EXPECT_STRAY_WRITE_REPORT(scribble(q + 100, 1), AllocatorArena.destroy(above), "write past");
  }
  const auto not_destroyed = [this](size_t at) {
    mem$scope(a_, scope) {
      char* q = mem$malloc(AllocatorArena.create(1024, {.backing = scope}), 100);
      scribble(hide(q) + at, 1);
    }
  };
  not_destroyed(99);
  if constexpr (cex::testing::kStrayWritesEndTheProgram) {
    EXPECT_DEATH(not_destroyed(100),
                 cex::kChecker == cex::Checker::kAsan
                     ? "AddressSanitizer: "
                     : "cex: arena/tests/misuse_test.cc:[0-9]+: write past the end of a block");
  }
}

TEST_F(ArenaMisuseDeathTest, ScopesOutOfOrder) {
  const auto out_of_order = [this] {
    auto outer = std::make_unique<cex::MemScope>(a_, cex::Site::current());
    const cex::MemScope inner(a_);
    outer.reset();
  };
  EXPECT_DEATH(
      out_of_order(),
      "cex: arena/tests/misuse_test.cc:[0-9]+: scopes end out of order: the scope at depth "
      "1 ends while depth 2 is open");
  auto outer = std::make_unique<cex::MemScope>(a_, cex::Site::current());
  const IAllocator inner = a_->scope_enter(a_);
  outer.reset();
  EXPECT_DEATH(inner->scope_exit(inner), "cex: .*scopes end out of order: this one has ended bef");
}

TEST_F(ArenaMisuseDeathTest, AllocatorOfAScopeThatHasEnded) {
  IAllocator ended = nullptr;
  const int opened = __LINE__ + 1;
  mem$scope(a_, _) ended = _;
  const std::string line = "opened at arena/tests/misuse_test.cc:" + std::to_string(opened);
  mem$scope(a_, later) {
    char* p = mem$malloc(later, 8);
    const char* const text = "the allocator of a scope that has ended is used";
    EXPECT_REPORT((void)mem$malloc(ended, 8), text);
    EXPECT_REPORT((void)mem$calloc(ended, 1, 8), text);
    EXPECT_REPORT((void)mem$realloc(ended, p, 8), text);
    EXPECT_REPORT(mem$free(ended, p), text);
    EXPECT_REPORT(mem$scope(ended, _){}, text);
    EXPECT_DEATH((void)mem$malloc(ended, 8), line);
  }
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
  SKIP_UNLESS(cex::kChecker != cex::Checker::kMsan, "MemorySanitizer itself reports it");
  const IAllocator gone = hide(AllocatorArena.create(4096));
  AllocatorArena.destroy(gone);
  EXPECT_REPORT((void)mem$malloc(gone, 10), "the allocator at ");
  EXPECT_REPORT(AllocatorArena.destroy(gone), "the allocator at ");
  EXPECT_REPORT(AllocatorArena.stats(gone), "the allocator at ");
  std::optional<cex::ArenaBlock> block(4096);
  const IAllocator of_block = hide(block->allocator());
  block.reset();
  EXPECT_REPORT((void)mem$malloc(of_block, 10), "the allocator at ");
  EXPECT_REPORT(mem$scope(of_block, _){}, "the allocator at ");
}

// What an arena has its blocks from must outlive it.
TEST_F(ArenaMisuseDeathTest, OverAnAllocatorThatIsGone) {
  SKIP_UNLESS(cex::kChecker != cex::Checker::kMsan, "MemorySanitizer itself reports it");
  std::optional<cex::ArenaBlock> below(4096);
  std::optional<cex::testing::FailingAllocator> wrapper(mem$);
  const cex::ArenaBlock block(4096, {.backing = hide(below->allocator())});
  const IAllocator arena = AllocatorArena.create(4096, {.backing = hide(wrapper->allocator())});
  char* p = mem$malloc(arena, 10);
  EXPECT_DEATH(
      {
        below.reset();
        (void)mem$malloc(block.allocator(), 10);
      },
      "misuse_test.cc:[0-9]+: the allocator at .* is no longer there");
  if constexpr (cex::kChecker != cex::Checker::kAsan && cex::kChecker != cex::Checker::kValgrind) {
    const char* const report = "misuse_test.cc:[0-9]+: the allocator at .* is no longer there";
    EXPECT_DEATH(
        {
          wrapper.reset();
          mem$free(arena, p);
        },
        report);
    EXPECT_DEATH(
        {
          mem$free(arena, p);
          wrapper.reset();
          AllocatorArena.destroy(arena);
        },
        report);
  }
  AllocatorArena.destroy(arena);
}

TEST_F(ArenaMisuseDeathTest, HandedOverInsideAScope) {
  mem$scope(a_, _) {
    EXPECT_REPORT(AllocatorArena.hand_over(a_), "AllocatorArena.hand_over inside its scope: 1 st");
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

TEST_F(ArenaMisuseDeathTest, BadPageSizeOfABlock) {
  EXPECT_REPORT(mem$arena(0, _){}, "mem$arena: bad page size 0");
}

TEST_F(ArenaMisuseDeathTest, NoBackingAllocatorOfABlock) {
  EXPECT_REPORT(cex::ArenaBlock(4096, {.backing = nullptr}),
                "mem$arena: the backing allocator is null");
}

TEST_F(ArenaMisuseDeathTest, OwnsItsBlocksToTheByte) {
  EXPECT_TRUE(AllocatorArena.owns(a_, p_));
  EXPECT_TRUE(AllocatorArena.owns(a_, p_ + 99));
  EXPECT_FALSE(AllocatorArena.owns(a_, p_ + 100));
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
  EXPECT_DEATH(in_thread([this] { a_->scope_exit(a_); }), "an arena is used by two threads");
  EXPECT_REPORT(in_thread([this] { AllocatorArena.destroy(a_); }), "an arena is used by two thr");
  EXPECT_REPORT(in_thread([this] { AllocatorArena.hand_over(a_); }), "an arena is used by two thr");
}

}  // namespace
