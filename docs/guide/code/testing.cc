#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>

#include "cex/cex.h"
#include "cex/testing.h"
#include "docs/snippets/runner.h"

namespace {

void double_free() {
// [double_free]
#line 1 "settings.cc"
  char* name = mem$malloc(mem$, 16);
  char* alias = name;
  mem$free(mem$, name);
  mem$free(mem$, alias);
  // [end]
}

TEST(Testing, DoubleFree) {
  guide::expect_report(double_free, R"(
cex: settings.cc:4: double free: free of a block that was freed before, …
    the block: 16 bytes, allocated at settings.cc:1, freed at settings.cc:3
)");
}

#define Loads DISABLED_Loads
// [loads]
#line 1 "settings_test.cc"
TEST(SettingsTest, Loads) {
  char* name = mem$malloc(mem$, 20);
  strcpy(name, "no mem$free below");
  arr$(int) values = arr$new(values, mem$);
  arr$push(values, 1);
}
// [end]
#undef Loads

TEST(Testing, Loads) {
  guide::expect_failure("SettingsTest.DISABLED_Loads", R"(
settings_test.cc:1: Failure
Failed
cex: in SettingsTest.Loads: leak: 2 blocks, 148 bytes of mem$ not freed
    20 bytes at …, allocated at settings_test.cc:2
    128 bytes at …, allocated at settings_test.cc:4
)");
}

void leak_check() {
// [leak_check]
#line 1 "tool.cc"
  {
    cex::testing::LeakCheck check;
    int* numbers = mem$malloc(mem$, 10 * sizeof(int));
    numbers[0] = 1;
  }
  // [end]
}

TEST(Testing, LeakCheck) {
  guide::expect_report(leak_check, R"(
cex: tool.cc:2: leak: 1 block, 40 bytes of mem$ not freed
    40 bytes at …, allocated at tool.cc:3
)");
}

void leaks_so_far() {
  // [leaks_so_far]
  cex::testing::LeakCheck check;
  char* p = mem$malloc(mem$, 10);
  const cex::testing::Leaks leaks = check.leaks();
  if (cex::kChecked && leaks.bytes != 10) puts("a surprise");
  mem$free(mem$, p);
  // [end]
}

TEST(Testing, LeaksSoFar) { guide::expect_output(leaks_so_far); }

// [product_name]
const char* product_name() {
  static const char* const name = [] {
    cex::testing::AllowLeaks allow;
    char* made = mem$malloc(mem$, 8);
    return made != nullptr ? strcpy(made, "cex") : "";
  }();
  return name;
}
// [end]

void use_product_name() {
  // [use_product_name]
  puts(product_name());
  // [end]
}

TEST(Testing, UseProductName) {
  guide::expect_output(use_product_name, R"(
cex
)");
}

// [no_memory]
TEST(ListTest, SaysWhenItHasNoMemory) {
  cex::testing::FailingAllocator failing(mem$, {.nth = 2});  // the second allocation
  arr$(int) list = NULL;
  list = arr$try_new(list, failing.allocator());
  ASSERT_NE(list, nullptr);
  EXPECT_FALSE(arr$try_setcap(list, 1000));
  EXPECT_EQ(arr$cap(list), 16u);
  arr$free(list);
  EXPECT_EQ(failing.live_blocks(), 0u);
}
// [end]

// [careless_join]
// Joins two texts, and forgets the first copy when there is no memory for the second.
char* careless_join(IAllocator a, const char* x, const char* y) {
  char* left = mem$malloc(a, strlen(x) + 1);
  if (left == nullptr) return nullptr;
  strcpy(left, x);
  char* both = mem$malloc(a, strlen(x) + strlen(y) + 1);
  if (both == nullptr) return nullptr;
  sprintf(both, "%s%s", left, y);
  mem$free(a, left);
  return both;
}
// [end]

// [sweep]
TEST(JoinTest, Sweep) {
  const auto result = cex::testing::sweep_out_of_memory([](IAllocator a) {
    char* text = careless_join(a, "one", "two");
    if (text == nullptr) return false;
    mem$free(a, text);
    return true;
  });
  EXPECT_EQ(result.allocations, 2u);
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].fault, cex::testing::SweepFault::kLeaked);
  EXPECT_EQ(result.findings[0].allocation, 2u);
}
// [end]

// [open_scope]
TEST(ArenaTest, ReportsItsOpenScope) {
#ifdef CEX_TEST
  IAllocator arena = AllocatorArena.create(4096);
  EXPECT_DEATH(
      mem$scope(arena, _) { AllocatorArena.destroy(arena); },
      "arena destroyed inside its scope: 1 still open");
  AllocatorArena.destroy(arena);
#endif
}
// [end]

}  // namespace
