// What CEX_TEST reports of tmem$'s misuse, to the line.
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/tempmem.h"

namespace {

TEST(TempMisuseDeathTest, OutsideAScope) {
  EXPECT_REPORT((void)mem$malloc(tmem$, 8), "tmem$ is used outside a mem$scope: 8 bytes asked for");
  EXPECT_REPORT((void)mem$calloc(tmem$, 2, 8), "tmem$ is used outside a mem$scope: 16 bytes asked");
  EXPECT_REPORT((void)mem$realloc(tmem$, nullptr, 8), "tmem$ is used outside a mem$scope: 8 bytes");
  EXPECT_REPORT((void)mem$new(tmem$, int, 1), "tmem$ is used outside a mem$scope: 4 bytes asked");
  mem$scope(tmem$, _) {
    EXPECT_NE(mem$malloc(_, 8), nullptr);
  }
  EXPECT_REPORT((void)mem$malloc(tmem$, 8), "tmem$ is used outside a mem$scope: 8 bytes asked for");
}

// "This is a bad example" of the specification.
TEST(TempMisuseDeathTest, BadExampleOfTheSpecification) {
  EXPECT_DEATH(
      mem$scope(tmem$, _) {
        uint8_t* p2 = mem$malloc(_, 100);
        mem$scope(tmem$, _) {
          p2 = mem$realloc(_, p2, 110241024);
        }
      },
      "cex: tempmem/tests/misuse_test.cc:[0-9]+: realloc across scopes: a block of scope depth 1 "
      "is resized to 110241024 bytes at depth 2");
}

[[gnu::noinline]] IAllocator open_scope_by_hand() {
  const IAllocator scope = tmem$->scope_enter(tmem$);
  return cex::testing::hide(scope);
}

TEST(TempMisuseDeathTest, ThreadEndsInsideAScope) {
  // The interface is not told its line.
  const auto by_hand = [] { std::thread([] { (void)open_scope_by_hand(); }).join(); };
  const std::string report = "cex: .unknown line.: a thread ends inside a scope of tmem\\$: ";
  EXPECT_DEATH(by_hand(),
               report + "1 still open\n    the innermost was opened in:\n.*open_scope_by");
  const auto again = [] {
    std::thread([] {
      (void)open_scope_by_hand();
      (void)mem$malloc(open_scope_by_hand(), 100);
    }).join();
  };
  EXPECT_DEATH(again(), report + "2 still open\n    the innermost was opened in:\n.*open_scope_by");
  const int line = __LINE__ + 1;
  const auto in_line = [] { std::thread([] { new cex::MemScope(tmem$); }).join(); };
  EXPECT_REPORT_AT(in_line(), line, "a thread ends inside a scope of tmem$: 1 still open\n");
}

TEST(TempMisuseDeathTest, AnotherThreadsTemporaryMemory) {
  const auto in_thread = [](auto call) { std::thread(call).join(); };
  mem$scope(tmem$, _) {
    const IAllocator mine = _;
    char* p = mem$malloc(mine, 10);
    EXPECT_REPORT(in_thread([mine] { (void)mem$malloc(mine, 1); }), "tmem$ of another thread");
    EXPECT_REPORT(in_thread([=] { (void)mem$realloc(mine, p, 99); }), "tmem$ of another thread");
    EXPECT_REPORT(in_thread([=] { cex::mem_free(mine, +p); }), "tmem$ of another thread");
    EXPECT_REPORT(in_thread([=] { cex::MemScope scope(mine); }), "tmem$ of another thread");
    std::optional<cex::MemScope> inner(mine);
    EXPECT_DEATH(in_thread([&] { inner.reset(); }), "cex: .*tmem\\$ of another thread");
  }
}

}  // namespace
