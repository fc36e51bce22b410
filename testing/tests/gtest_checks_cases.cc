// Cases that gtest_checks_test.sh runs one program of: those named Bad must fail,
// those named Good must pass, though they come after bad ones.
#include <gtest/gtest.h>
#include <stdlib.h>

#include "allocator/tests/expect_report.h"
#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/leak_check.h"
#include "cex/tempmem.h"

namespace {

using cex::testing::scribble;

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

TEST(CasesTest, GoodFreesTheCache) { mem$free(mem$, kept); }

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

class BadSuiteTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { EXPECT_NE(mem$malloc(mem$, 55), nullptr); }
};

TEST_F(BadSuiteTest, AnInnocentCase) {}

TEST_F(BadSuiteTest, BadLeaksOnce) { EXPECT_NE(mem$malloc(mem$, 66), nullptr); }

class GoodSuiteTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    tmem$->scope_enter(tmem$);
    p_ = mem$malloc(mem$, 10);
  }
  static void TearDownTestSuite() {
    mem$free(mem$, p_);
    tmem$->scope_exit(tmem$);
  }
  static char* p_;
};

char* GoodSuiteTest::p_ = nullptr;

TEST_F(GoodSuiteTest, GoodUsesWhatTheSuiteHas) { EXPECT_NE(mem$malloc(tmem$, 1), p_); }

// An environment, where the script asks for it.
class BadEnvironment : public ::testing::Environment {
  void SetUp() override { EXPECT_NE(mem$malloc(mem$, 44), nullptr); }
};

const ::testing::Environment* const environment =
    getenv("BAD_ENVIRONMENT") != nullptr ? ::testing::AddGlobalTestEnvironment(new BadEnvironment)
                                         : nullptr;

// Writes that a tool which watches memory has its own reports of, so that these cases run only
// where there is none.

TEST(DISABLED_WriteTest, BadWritesPastABlockInAScopeLeftOpen) {
  tmem$->scope_enter(tmem$);
  char* p = mem$malloc(tmem$, 10);
  scribble(p + 10, 1);
}

TEST(DISABLED_WriteTest, GoodAllowsAnotherCache) {
  cex::testing::AllowLeaks allow;
  kept = mem$malloc(mem$, 10);
  EXPECT_NE(kept, nullptr);
}

TEST(DISABLED_WriteTest, BadWritesPastABlockOfAnEarlierCase) { scribble(kept + 10, 1); }

TEST(DISABLED_WriteTest, GoodAfterAnOverwrittenGuard) { mem$free(mem$, kept); }

class DISABLED_WriteInArenaTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    arena_ = AllocatorArena.create(4096);
    p_ = mem$malloc(arena_, 10);
  }
  static void TearDownTestSuite() { AllocatorArena.destroy(arena_); }
  static IAllocator arena_;
  static char* p_;
};

IAllocator DISABLED_WriteInArenaTest::arena_ = nullptr;
char* DISABLED_WriteInArenaTest::p_ = nullptr;

TEST_F(DISABLED_WriteInArenaTest, BadWritesPastABlock) { scribble(p_ + 10, 1); }

TEST_F(DISABLED_WriteInArenaTest, GoodAfterAnOverwrittenGuard) { mem$free(arena_, p_); }

TEST(DISABLED_WriteTest, BadWritesToAFreedBlock) {
  char* p = mem$malloc(mem$, 10);
  char* const stale = p;
  mem$free(mem$, p);
  scribble(stale, 1);
}

TEST(DISABLED_WriteTest, BadWritesToAScopeThatHasEnded) {
  char* stale = nullptr;
  mem$scope(tmem$, _) {
    stale = mem$malloc(_, 10);
  }
  scribble(stale, 1);
}

TEST(DISABLED_WriteTest, GoodAfterLateWrites) {
  mem$scope(tmem$, _) {
    EXPECT_NE(mem$malloc(_, 10), nullptr);
  }
}

}  // namespace
