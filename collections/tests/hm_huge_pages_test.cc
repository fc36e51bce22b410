// Which blocks of a map the kernel is asked to back by huge pages, as it says itself.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/hm.h"

namespace {

using Map = hm$(uint64_t, uint64_t);

// Whether the mapping that holds `p` has the flag hg, "huge pages advised".
bool is_advised(const void* p) {
  FILE* const file = fopen("/proc/self/smaps", "r");
  if (file == nullptr) return false;
  char line[512];
  bool is_its = false;
  bool advised = false;
  while (fgets(line, sizeof(line), file) != nullptr) {
    unsigned long begin = 0;
    unsigned long end = 0;
    if (sscanf(line, "%lx-%lx ", &begin, &end) == 2) {
      const auto at = reinterpret_cast<uintptr_t>(p);
      is_its = begin <= at && at < end;
    } else if (is_its && strncmp(line, "VmFlags:", 8) == 0) {
      advised = strstr(line, " hg") != nullptr;
    }
  }
  fclose(file);
  return advised;
}

const void* chunks_of(const Map& m) { return cex::detail::MapAccess::header(m)->chunks; }

class HmHugePagesTest : public testing::Test {
 protected:
  void SetUp() override {
    if (access("/sys/kernel/mm/transparent_hugepage/enabled", R_OK) != 0) {
      GTEST_SKIP() << "this kernel has no transparent huge pages";
    }
  }
};

// These two first: advice outlives a block that came from the middle of malloc's heap.
TEST_F(HmHugePagesTest, NotSmallOnes) {
  Map m = hm$new(m, mem$, .capacity = 1'000);
  EXPECT_FALSE(is_advised(chunks_of(m)));
  EXPECT_FALSE(is_advised(m.data()));
  hm$free(m);
}

TEST_F(HmHugePagesTest, NotInAnArena) {
  IAllocator arena = AllocatorArena.create(4096);
  Map m = hm$new(m, arena, .capacity = 1'000'000);
  EXPECT_FALSE(is_advised(chunks_of(m)));
  EXPECT_FALSE(is_advised(m.data()));
  hm$free(m);
  AllocatorArena.destroy(arena);
}

TEST_F(HmHugePagesTest, LargeIndexOnTheHeap) {
  Map m = hm$new(m, mem$);
  for (uint64_t i = 0; i < 600'000; ++i) hm$set(m, i, i);
  EXPECT_TRUE(is_advised(chunks_of(m)));
  for (uint64_t i = 0; i < 600'000; ++i) ASSERT_EQ(hm$get(m, i), i);
  EXPECT_EQ(hm$getp(m, 600'000u), nullptr);
  hm$free(m);
}

TEST_F(HmHugePagesTest, ReservedEntriesOnTheHeap) {
  Map m = hm$new(m, mem$, .capacity = 1'000'000);
  EXPECT_TRUE(is_advised(chunks_of(m)));
  EXPECT_TRUE(is_advised(m.data()));
  hm$free(m);
}

}  // namespace
