#include <gtest/gtest.h>

#include <cstdio>

#include "cex/cex.h"
#include "docs/snippets/runner.h"

namespace {

void frames() {
  // [frames]
  IAllocator arena = AllocatorArena.create(64 << 10, {.retain_bytes = 4 << 20});
  size_t after_the_first = 0;
  for (int frame = 0; frame < 100; ++frame) {
    mem$scope(arena, _) {
      (void)mem$malloc(_, 1 << 20);
      for (int i = 0; i < 1000; ++i) (void)mem$malloc(_, 64);
    }
    if (frame == 0) after_the_first = AllocatorArena.stats(arena).pages_created;
  }
  printf("pages asked for after the first frame: %zu\n",
         cex::kChecked ? 0 : AllocatorArena.stats(arena).pages_created - after_the_first);
  AllocatorArena.destroy(arena);
  // [end]
}

TEST(ArenaOptions, Frames) {
  guide::expect_output(frames, R"(
pages asked for after the first frame: 0
)");
}

void growing_pages() {
  // [growing_pages]
  IAllocator arena = AllocatorArena.create(4096, {.max_page_size = 16 << 20});
  for (int i = 0; i < 100'000; ++i) (void)mem$malloc(arena, 1000);
  printf("pages for 100 MB: %s\n",
         cex::kChecked || AllocatorArena.stats(arena).pages_created < 20 ? "less than 20" : "many");
  AllocatorArena.destroy(arena);
  // [end]
}

TEST(ArenaOptions, GrowingPages) {
  guide::expect_output(growing_pages, R"(
pages for 100 MB: less than 20
)");
}

void reserved_range() {
  // [reserved_range]
  IAllocator arena = AllocatorArena.create(4096, {.reserve = size_t{1} << 30});
  if (arena == nullptr) return;  // no virtual memory, or a limit on it
  arr$(int) numbers = arr$new(numbers, arena);
  const int* before = numbers;
  for (int i = 0; i < 1'000'000; ++i) arr$push(numbers, i);
  printf("never copied: %d\n", cex::kChecked || before == static_cast<int*>(numbers));
  AllocatorArena.destroy(arena);
  // [end]
}

TEST(ArenaOptions, ReservedRange) {
  guide::expect_output(reserved_range, R"(
never copied: 1
)");
}

}  // namespace
