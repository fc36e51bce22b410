// longjmp over a scope, which does not end it.
#include <setjmp.h>
#include <string.h>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/arena.h"
#include "cex/sanitizer.h"
#include "cex/tempmem.h"

namespace {

using cex::testing::hide;

jmp_buf target;

[[gnu::noinline]] void leave_scopes(IAllocator a) {
  mem$scope(a, outer) {
    EXPECT_NE(mem$malloc(outer, 1000), nullptr);
    mem$scope(outer, inner) {
      EXPECT_NE(mem$malloc(inner, 300'000), nullptr);
      longjmp(target, 1);
    }
  }
}

[[gnu::noinline]] void leave_scopes_from_afar(IAllocator a, int calls) {
  char bytes[64];
  memset(hide(bytes), calls, sizeof(bytes));
  if (calls == 0) {
    hide (&leave_scopes)(a);  // that it never returns is not to be seen
  } else {
    leave_scopes_from_afar(a, calls - 1);
  }
  EXPECT_EQ(bytes[0], calls);
}

[[gnu::noinline]] void leave_scopes_and_come_back(IAllocator a) {
  if (setjmp(target) == 0) leave_scopes_from_afar(a, 100);
}

#ifdef CEX_TEST

TEST(LongjmpDeathTest, IsReportedWhereTheScopeIsUsed) {
  // In a child of fork() Valgrind has the stack in parts, of which the C library sees one.
  if (cex::kChecker == cex::Checker::kValgrind) GTEST_FLAG_SET(death_test_style, "threadsafe");
  const char* const report =
      "cex: tempmem/tests/longjmp_test.cc:[0-9]+: a scope was left and has not ended.*\n"
      "    the scope: opened at tempmem/tests/longjmp_test.cc:[12][0-9]";
  EXPECT_DEATH(
      {
        leave_scopes_and_come_back(tmem$);
        (void)mem$malloc(tmem$, 8);
      },
      report);
  EXPECT_DEATH(
      {
        leave_scopes_and_come_back(tmem$);
        mem$scope(tmem$, _) {
        }
      },
      report);
}

TEST(LongjmpDeathTest, IsReportedWhereTheScopeAroundItEnds) {
  EXPECT_DEATH(mem$scope(tmem$, _) leave_scopes_and_come_back(_);
               , "scopes end out of order: the scope at depth 1 ends while depth 3 is open");
  const IAllocator arena = AllocatorArena.create(4096);
  EXPECT_DEATH(
      {
        leave_scopes_and_come_back(arena);
        AllocatorArena.destroy(arena);
      },
      "arena destroyed inside its scope: 2 still open");
  AllocatorArena.destroy(arena);
}

#else

TEST(LongjmpTest, TheScopeAroundItPutsAllRight) {
  for (int round = 0; round < 100; ++round) {
    mem$scope(tmem$, outer) {
      char* text = mem$malloc(outer, 10);
      leave_scopes_and_come_back(outer);
      text[9] = 'x';
      EXPECT_NE(mem$malloc(outer, 100'000), nullptr);
      EXPECT_EQ(text[9], 'x');
    }
    EXPECT_EQ(mem$malloc(tmem$, 8), nullptr);
    EXPECT_EQ(cex::temp_stats().scope_depth, 0u);
    EXPECT_LE(cex::temp_stats().pages_live, 1u);
  }
}

TEST(LongjmpTest, AnArenaIsDestroyedWithTheScopesInIt) {
  const IAllocator arena = AllocatorArena.create(4096);
  leave_scopes_and_come_back(arena);
  EXPECT_NE(mem$malloc(arena, 100), nullptr);
  AllocatorArena.destroy(arena);
}

#endif

}  // namespace
