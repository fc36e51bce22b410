// Leak checks in a program whose operator new is mem$: what they need themselves comes from there.
#include <map>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/arena.h"
#include "cex/leak_check.h"
#include "cex/oom_sweep.h"
#include "cex/pmr.h"
#include "cex/tempmem.h"

namespace {

#ifdef CEX_TEST
using ::testing::HasSubstr;
#endif

// Of 100 entries with a long text, where leaks are counted.
constexpr size_t kBlocksOfAMap = cex::kChecked ? 1 + 2 * 100 : 0;

const std::string early = "made before main(), and too long to lie in the object itself";

TEST(OperatorNewTest, WorksBeforeMain) { EXPECT_EQ(early.substr(0, 17), "made before main("); }

TEST(OperatorNewTest, LeaksAreFound) {
  cex::testing::LeakCheck check;
  auto* const list = new std::map<int, std::string>;
  for (int i = 0; i < 100; ++i) (*list)[i] = "too long to lie in the object itself";
  const size_t blocks = check.leaks().blocks;
  delete list;
  const bool leaks = check.leaks().any();
  check.check();
  // GoogleTest's own memory comes from mem$, too.
  EXPECT_EQ(blocks, kBlocksOfAMap);
  EXPECT_FALSE(leaks);
}

TEST(OperatorNewTest, LeaksMayBeAllowed) {
  cex::testing::LeakCheck check;
  std::string* list = nullptr;
  {
    cex::testing::AllowLeaks allow;
    list = new std::string("too long to lie in the object itself");
  }
  check.check();
  delete list;
}

#if __has_include(<memory_resource>)
// Its quarantine ends while the registry of blocks is locked, which mem$ uses, too.
TEST(OperatorNewTest, NewDeleteResourceIsFreedLater) {
  cex::testing::LeakCheck check;
  {
    const cex::PmrAllocator bridge(std::pmr::new_delete_resource());
    const IAllocator a = bridge.allocator();
    for (int i = 0; i < 40; ++i) {
      char* p = mem$malloc(a, 1 << 20);
      mem$free(a, p);
    }
  }
  check.check();
}
#endif

bool use_both(IAllocator a) {
  const std::string text(100, 'x');
  char* p = mem$malloc(a, 10);
  if (p == nullptr) return false;
  char* q = mem$malloc(a, 20);
  mem$free(a, p);
  if (q == nullptr) return false;
  mem$free(a, q);
  return true;
}

TEST(OperatorNewTest, SweepsFindTheCallablesLeaks) {
  for (const bool fork : {true, false}) {
    const auto good = cex::testing::sweep_out_of_memory(use_both, {.fork = fork});
    EXPECT_TRUE(good.ok()) << good.text();
    EXPECT_EQ(good.allocations, 2u);
  }
}

bool throws_a_long_text(IAllocator a) {
  if (!use_both(a)) throw std::runtime_error("too long to lie in the object itself");
  return true;
}

// Which a sweep keeps, and frees itself.
TEST(OperatorNewTest, TheTextOfAnExceptionIsNoLeakOfTheCallable) {
  for (const bool fork : {true, false}) {
    const auto result = cex::testing::sweep_out_of_memory(throws_a_long_text, {.fork = fork});
    ASSERT_EQ(result.findings.size(), 2u) << result.text();
    for (const auto& finding : result.findings) {
      EXPECT_EQ(finding.fault, cex::testing::SweepFault::kThrew);
    }
  }
}

#ifdef CEX_TEST

TEST(OperatorNewTest, IsTheCheckedHeap) {
  void* const p = operator new(100);
  EXPECT_EQ(*static_cast<unsigned char*>(p), 0x7f) << "fresh memory of mem$";
  operator delete(p);
}

bool leak_what_new_gave(IAllocator a) {
  static_cast<void>(new std::string(100, 'x'));
  return use_both(a);
}

TEST(OperatorNewTest, SweepsFindWhatNewGave) {
  const auto result = cex::testing::sweep_out_of_memory(leak_what_new_gave);
  EXPECT_THAT(result.text(), HasSubstr("leaked when no allocation failed"));
}

TEST(OperatorNewTest, DamageIsTaken) {
  char* of_heap = mem$malloc(mem$, 10);
  IAllocator arena = AllocatorArena.create(4096);
  char* of_arena = mem$malloc(arena, 11);
  cex::testing::scribble(of_heap + 10, 1);
  cex::testing::scribble(of_arena + 11, 1);
  const std::string text = cex::testing::take_damage();
  EXPECT_THAT(text, HasSubstr("the block: 10 bytes"));
  EXPECT_THAT(text, HasSubstr("the block: 11 bytes"));
  AllocatorArena.destroy(arena);
  mem$free(mem$, of_heap);
}

#endif

}  // namespace
