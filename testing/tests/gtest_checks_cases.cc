// Cases that gtest_checks_test.sh runs one program of: those named Bad must fail,
// those named Good must pass, though they come after bad ones.
#include <gtest/gtest.h>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/leak_check.h"
#include "cex/tempmem.h"

namespace {

TEST(CasesTest, BadLeaksABlock) {
  char* volatile p = mem$malloc(mem$, 100);
  (void)p;
}

TEST(CasesTest, GoodAfterALeak) {
  char* p = mem$malloc(mem$, 100);
  mem$free(mem$, p);
}

TEST(CasesTest, BadLeavesAScopeOpen) {
  tmem$->scope_enter(tmem$);
  EXPECT_NE(mem$malloc(tmem$, 10), nullptr);
}

TEST(CasesTest, BadLeavesAScopeObjectBehind) {
  new cex::MemScope(tmem$);
  EXPECT_NE(mem$malloc(tmem$, 300000), nullptr);
}

TEST(CasesTest, BadWritesPastABlockInAScopeLeftOpen) {
  tmem$->scope_enter(tmem$);
  char* p = mem$malloc(tmem$, 10);
  cex::unpoison_defined(p + 10, 1);
  static_cast<volatile char*>(p)[10] = 1;
}

TEST(CasesTest, GoodAfterOpenScopes) {
  EXPECT_EQ(cex::temp_stats().scope_depth, 0u);
  EXPECT_EQ(cex::temp_stats().bytes_in_use, 0u);
  mem$scope(tmem$, _) {
    EXPECT_NE(mem$malloc(_, 10), nullptr);
  }
}

char* kept = nullptr;

TEST(CasesTest, GoodAllowsACache) {
  cex::testing::AllowLeaks allow;
  kept = mem$malloc(mem$, 10);
  EXPECT_NE(kept, nullptr);
}

TEST(CasesTest, BadWritesPastABlockOfAnEarlierCase) {
  cex::unpoison_defined(kept + 10, 1);
  static_cast<volatile char*>(kept)[10] = 1;
}

TEST(CasesTest, GoodAfterAnOverwrittenGuard) { mem$free(mem$, kept); }

class ArenaOfSuiteTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    arena_ = AllocatorArena.create(4096);
    p_ = mem$malloc(arena_, 10);
  }
  static void TearDownTestSuite() { AllocatorArena.destroy(arena_); }
  static IAllocator arena_;
  static char* p_;
};

IAllocator ArenaOfSuiteTest::arena_ = nullptr;
char* ArenaOfSuiteTest::p_ = nullptr;

TEST_F(ArenaOfSuiteTest, BadWritesPastABlock) {
  cex::unpoison_defined(p_ + 10, 1);
  static_cast<volatile char*>(p_)[10] = 1;
}

TEST_F(ArenaOfSuiteTest, GoodAfterAnOverwrittenGuard) { mem$free(arena_, p_); }

TEST(CasesTest, FatalFailureIsNotAskedForLeaks) {
  char* p = mem$malloc(mem$, 77);
  ASSERT_EQ(p, nullptr) << "a failure of the case's own";
  mem$free(mem$, p);
}

class FixtureTest : public ::testing::Test {
 protected:
  FixtureTest() : p_(mem$malloc(mem$, 10)) {}
  ~FixtureTest() override { mem$free(mem$, p_); }
  char* p_;
};

TEST_F(FixtureTest, GoodFreesInItsDestructor) { EXPECT_NE(p_, nullptr); }

// Under a sanitizer the write itself ends the program, so these are asked for by name.
TEST(DISABLED_LateWriteTest, BadWritesToAFreedBlock) {
  char* p = mem$malloc(mem$, 10);
  char* const stale = p;
  mem$free(mem$, p);
  cex::unpoison_defined(stale, 1);
  *static_cast<volatile char*>(stale) = 1;
}

TEST(DISABLED_LateWriteTest, BadWritesToAScopeThatHasEnded) {
  volatile char* stale = nullptr;
  mem$scope(tmem$, _) {
    char* p = mem$malloc(_, 10);
    stale = p;
  }
  cex::unpoison_defined(const_cast<char*>(stale), 1);
  *stale = 1;
}

TEST(DISABLED_LateWriteTest, GoodAfterLateWrites) {
  mem$scope(tmem$, _) {
    EXPECT_NE(mem$malloc(_, 10), nullptr);
  }
}

}  // namespace
