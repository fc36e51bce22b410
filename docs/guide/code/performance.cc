#include <gtest/gtest.h>

#include <cstdio>

#include "cex/cex.h"
#include "docs/snippets/runner.h"

namespace {

void block_sizes() {
  // [block_sizes]
  if (cex::kChecker == cex::Checker::kNone) {  // the checks and tools add guard bytes
    mem$arena(4096, arena) {
      (void)mem$malloc(arena, 24);  // 32 with its header
      (void)mem$malloc(arena, 25);  // 48
      if (AllocatorArena.stats(arena).bytes_in_use != 80) puts("a surprise");
    }
  }
  // [end]
}

TEST(Performance, BlockSizes) { guide::expect_output(block_sizes); }

void page_sizes() {
  // [page_sizes]
  const auto pages_taken = [](size_t block, cex::ArenaOptions options) {
    IAllocator arena = AllocatorArena.create(4096, options);
    for (int round = 0; round < 100; ++round) {
      mem$scope(arena, _) (void)mem$malloc(_, block);
    }
    const size_t taken = AllocatorArena.stats(arena).pages_created;
    AllocatorArena.destroy(arena);
    return taken;
  };
  if (cex::kChecker == cex::Checker::kNone) {  // the checks' arena has no pages
    if (pages_taken(3900, {}) != 1) puts("fits a page: one");
    if (pages_taken(4096, {}) != 1) puts("a page of its own, kept: one");
    if (pages_taken(300000, {}) != 100) puts("too large to be kept: one per round");
    if (pages_taken(300000, {.retain_bytes = 1 << 20}) != 1) puts("kept again: one");
  }
  // [end]
}

TEST(Performance, PageSizes) { guide::expect_output(page_sizes); }

void retain() {
  // [retain]
  IAllocator arena = AllocatorArena.create(4096, {.retain_bytes = 4 * 4096});
  for (int i = 0; i < 100; ++i) {
    mem$scope(arena, _) {
      for (int block = 0; block < 12; ++block) (void)mem$malloc(_, 1000);
    }
  }
  const cex::AllocatorStats stats = AllocatorArena.stats(arena);
  printf("%llu scopes, no more than five pages ever taken: %d\n",
         static_cast<unsigned long long>(stats.scopes_entered),
         cex::kChecked || stats.pages_created <= 5);
  AllocatorArena.destroy(arena);
  // [end]
}

TEST(Performance, Retain) {
  guide::expect_output(retain, R"(
100 scopes, no more than five pages ever taken: 1
)");
}

void capacity() {
  // [capacity]
  mem$arena(1 << 16, arena) {
    arr$(int) grown = arr$new(grown, arena);
    arr$(int) beside = arr$new(beside, arena);  // so neither is the last block of the page
    for (int i = 0; i < 1000; ++i) {
      arr$push(grown, i);
      arr$push(beside, i);
    }
    printf("grown: what the two have room for, and a little: %d\n",
           AllocatorArena.stats(arena).bytes_in_use < 2 * 1024 * sizeof(int) + 500);
  }
  mem$arena(1 << 16, arena) {
    arr$(int) reserved = arr$new(reserved, arena, .capacity = 1000);
    for (int i = 0; i < 1000; ++i) arr$push(reserved, i);
    printf("reserved: what it holds, and a little: %d\n",
           AllocatorArena.stats(arena).bytes_in_use < 1000 * sizeof(int) + 200);
  }
  // [end]
}

TEST(Performance, Capacity) {
  guide::expect_output(capacity, R"(
grown: what the two have room for, and a little: 1
reserved: what it holds, and a little: 1
)");
}

void many_lookups() {
  // [many_lookups]
  mem$scope(tmem$, _) {
    hf$(int, int) squares = hf$new(squares, _, .capacity = 100000);
    for (int i = 0; i < 100000; ++i) hf$set(squares, i, i % 1000 * (i % 1000));
    const int keys[] = {3, 99999, 100000};
    int* found[3];
    hf$getp_many(squares, keys, 3, found);
    printf("%d %d %d\n", *found[0], *found[1], found[2] == nullptr);
  }
  // [end]
}

TEST(Performance, ManyLookups) {
  guide::expect_output(many_lookups, R"(
9 998001 1
)");
}

void measure() {
  // [measure]
  mem$scope(tmem$, _) {
    (void)mem$malloc(_, 100000);
  }
  const cex::AllocatorStats temp = cex::temp_stats();
  printf("in use %zu, peak above 100000: %d\n", temp.bytes_in_use, temp.bytes_peak > 100000);
  // [end]
}

TEST(Performance, Measure) {
  guide::expect_output(measure, R"(
in use 0, peak above 100000: 1
)");
}

}  // namespace
