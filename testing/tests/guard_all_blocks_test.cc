// guard_all_blocks(): reads and writes that go wrong are refused in all memory of the checks.
#include "cex/guard_all_blocks.h"

#include <stdint.h>
#include <string.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/arena.h"
#include "cex/collections.h"
#include "cex/sanitizer.h"
#include "cex/tempmem.h"
#include "cex/testing.h"

namespace {

using cex::testing::hide;
using cex::testing::read_at;
using cex::testing::write_at;

constexpr bool kCan = cex::kChecker == cex::Checker::kPattern;

class GuardAllBlocksDeathTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(cex::testing::guard_all_blocks(), kCan);
    if (!kCan) GTEST_SKIP() << "no checks of its own in this build";
  }
};

TEST_F(GuardAllBlocksDeathTest, TheHeap) {
  char* p = mem$malloc(mem$, 9);
  EXPECT_DEATH(read_at(p + 9),
               "cex: .*past the end of a block at .* 1 byte behind its last\n"
               "    the block: 9 bytes at .*, allocated at testing/tests/guard_all_");
  EXPECT_DEATH(write_at(p + 9), "past the end of a block at .* 1 byte behind its last");
  char* const stale = hide(p);
  p = mem$realloc(mem$, p, 5);
  EXPECT_DEATH(read_at(stale), "(of|to) freed memory");
  mem$free(mem$, p);
  EXPECT_DEATH(mem$free(mem$, stale + 0), "double free");
}

TEST_F(GuardAllBlocksDeathTest, ArenasAndScopes) {
  char* stale = nullptr;
  mem$arena(4096, a) {
    char* p = mem$malloc(a, 10);
    EXPECT_DEATH(read_at(p + 10), "past the end of a block");
    p = mem$realloc(a, p, 5);
    EXPECT_DEATH(read_at(p + 5), "past the end of a block") << "also one that shrank";
    mem$scope(a, _) stale = hide(static_cast<char*>(mem$malloc(_, 10)));
    EXPECT_DEATH(read_at(stale), "(of|to) freed memory");
    stale = hide(p);
  }
  EXPECT_DEATH(read_at(stale), "(of|to) freed memory");
  mem$scope(tmem$, _) stale = hide(static_cast<char*>(mem$malloc(_, 10)));
  EXPECT_DEATH(read_at(stale), "(of|to) freed memory");
}

// Their blocks have what is aligned in front, whatever their elements are.
template <typename T>
void use_containers() {
  for (size_t capacity = 1; capacity <= 40; ++capacity) {
    arr$(T) list = arr$new(list, mem$, .capacity = capacity);
    hm$(T, T) ordered = hm$new(ordered, mem$, .capacity = capacity);
    hf$(T, T) flat = hf$new(flat, mem$, .capacity = capacity);
    for (size_t i = 0; i < 2 * capacity; ++i) {
      T value{};
      const auto byte = static_cast<unsigned char>(i);
      memcpy(&value, &byte, 1);
      arr$push(list, value);
      hm$set(ordered, value, value);
      hf$set(flat, value, value);
    }
    ASSERT_EQ(arr$len(list), 2 * capacity);
    ASSERT_EQ(hm$len(ordered), 2 * capacity);
    ASSERT_EQ(hf$len(flat), 2 * capacity);
    arr$free(list);
    hm$free(ordered);
    hf$free(flat);
  }
}

TEST_F(GuardAllBlocksDeathTest, ContainersOfAnySize) {
  struct Three {
    char bytes[3];
  };
  struct alignas(16) Sixteen {
    uint64_t words[2];
  };
  use_containers<char>();
  use_containers<Three>();
  use_containers<short>();
  use_containers<int>();
  use_containers<Sixteen>();
}

// The line is the user's, though the access is cex's.
TEST_F(GuardAllBlocksDeathTest, ContainersThatWereFreed) {
  const auto report_at = [](int line) {
    return "cex: testing/tests/guard_all_blocks_test.cc:" + std::to_string(line) +
           ": .* freed memory at .*\n    the block: .* allocated at testing/tests/guard_all_";
  };
  arr$(int) list = arr$new(list, mem$);
  arr$(int) stale_list = list;
  arr$free(list);
  EXPECT_DEATH(arr$push(stale_list, 1), report_at(__LINE__));
  EXPECT_DEATH(stale_list[0] = 1, report_at(__LINE__));
  hm$(int, int) map = nullptr;
  mem$scope(tmem$, _) hm$new(map, _);
  EXPECT_DEATH(hm$set(map, 1, 1), report_at(__LINE__));
  EXPECT_DEATH(hm$get(map, 1), report_at(__LINE__));
  hf$(int, int) flat = nullptr;
  mem$scope(tmem$, _) hf$new(flat, _);
  EXPECT_DEATH(for$each (entry, flat) hide(&entry), report_at(__LINE__));
}

// The checks that there are without find what they find.
TEST_F(GuardAllBlocksDeathTest, OtherChecksStay) {
  EXPECT_DEATH(
      {
        const cex::testing::LeakCheck check;
        mem$malloc(mem$, 10);
      },
      "leak: 1 block, 10 bytes");
  char* p = mem$malloc(mem$, 10, 8);
  EXPECT_DEATH(mem$free(mem$, p + 1), "free of a pointer into the middle of a block");
  write_at(p - 1);
  EXPECT_DEATH(mem$free(mem$, p), "write before the start of a block");
  p[-1] = static_cast<char>(cex::kPoisonByte);
  mem$free(mem$, p);
}

// Beyond what has pages, blocks have guard bytes.
TEST_F(GuardAllBlocksDeathTest, MoreBlocksThanPages) {
  std::vector<char*> blocks;
  for (size_t i = 0; i < 25'000; ++i) {
    char* p = mem$malloc(mem$, 1 + i % 40);
    ASSERT_NE(p, nullptr);
    memset(p, 1, 1 + i % 40);
    blocks.push_back(p);
  }
  char* last = blocks.back();
  EXPECT_DEATH(
      {
        write_at(last - 1);
        mem$free(mem$, last);
      },
      "write before the start of a block");
  for (char* p : blocks) mem$free(mem$, p);
  char* p = mem$malloc(mem$, 10);
  EXPECT_DEATH(read_at(p + 10), "past the end of a block") << "there is room again";
  mem$free(mem$, p);
}

}  // namespace
