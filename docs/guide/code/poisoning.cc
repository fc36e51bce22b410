#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>

#include "cex/cex.h"
#include "cex/testing.h"
#include "docs/snippets/runner.h"

namespace {

void scope_overrun() {
// [scope_overrun]
#line 1 "example.cc"
  mem$scope(tmem$, _) {
    char* name = mem$malloc(_, 5);
    strcpy(name, "scope");  // six bytes with its NUL
  }
  // [end]
}

TEST(Poisoning, ScopeOverrun) {
  guide::expect_report(scope_overrun, R"(
cex: example.cc:1: write past the end of a block at …, 1 byte behind its last
    the block: 5 bytes…
)");
}

void heap_overrun() {
// [heap_overrun]
#line 1 "example.cc"
  int* numbers = mem$malloc(mem$, 4 * sizeof(int));
  for (int i = 0; i <= 4; ++i) numbers[i] = i;
  mem$free(mem$, numbers);
  // [end]
}

TEST(Poisoning, HeapOverrun) {
  guide::expect_report(heap_overrun, R"(
cex: example.cc:3: write past the end of a block at …
    the block: 16 bytes, allocated at example.cc:1
)");
}

void late_write() {
// [late_write]
#line 1 "example.cc"
  const cex::testing::LeakCheck check;
  IAllocator arena = AllocatorArena.create(4096);
  char* stale = nullptr;
  mem$scope(arena, _) stale = mem$malloc(_, 100);
  stale[0] = 'x';                        // its scope has ended
  char* other = mem$malloc(arena, 100);  // lies elsewhere
  AllocatorArena.destroy(arena);
  // [end]
}

TEST(Poisoning, LateWrite) {
  guide::expect_report(late_write, R"(
cex: example.cc:1: write to memory whose scope has ended at …
    the block: 100 bytes…
)");
}

void index() {
// [index]
#line 1 "example.cc"
  arr$(int) numbers = arr$new(numbers, mem$);
  arr$pushm(numbers, 1, 2, 3);
  printf("%d\n", numbers[3]);
  // [end]
}

TEST(Poisoning, Index) {
  guide::expect_report(index, R"(
cex: example.cc:3: arr$: index 3 is out of range
  there are 3 elements
)");
}

void guard_all() {
// [guard_all]
#line 1 "example.cc"
  cex::testing::guard_all_blocks();
  char* text = mem$malloc(mem$, 9);
  memcpy(text, "key value", 9);
  char* end = text;
  while (*end != '=') ++end;  // there is none, and no NUL
  // [end]
}

TEST(Poisoning, GuardAll) {
  guide::expect_report(guard_all, R"(
cex: …: read past the end of a block at …, 1 byte behind its last
    the block: 9 bytes at …, allocated at example.cc:2
)");
}

void guard_one() {
// [guard_one]
#line 1 "example.cc"
  IAllocator guard = AllocatorGuard.create(mem$);  // all; {.one_in = 1000} in production
  char* text = mem$malloc(guard, 16);
  char* stale = text;
  mem$free(guard, text);
  printf("%c\n", stale[3]);
  // [end]
}

TEST(Poisoning, GuardOne) {
  guide::expect_report(guard_one, R"(
cex: …: read of freed memory at …, offset 3 of a block
    the block: 16 bytes at …
)");
}

void guard_pages() {
  // [guard_pages]
  IAllocator guard = AllocatorGuard.create(mem$, {.one_in = 1000});
  IAllocator arena = AllocatorArena.create(4096, {.backing = guard});
  mem$scope(arena, scratch) memset(mem$malloc(scratch, 1000).get(), 1, 1000);
  AllocatorArena.destroy(arena);
  printf("%zu live\n", AllocatorGuard.stats(guard).live);
  AllocatorGuard.destroy(guard);
  // [end]
}

TEST(Poisoning, GuardPages) {
  guide::expect_output(guard_pages, R"(
0 live
)");
}

void poison() {
  // [poison]
  alignas(8) static char pool[64];
  cex::poison(pool, sizeof(pool));  // nothing is allocated yet
  cex::unpoison(pool, 16);          // the first 16 bytes are allocated
  memset(pool, 1, 16);
  printf("%d\n", cex::is_poisoned(pool + 16, 48));
  cex::lift_poison(pool + 16, 48);  // is_poisoned() says no from here on
  if (cex::kChecker != cex::Checker::kNone && cex::is_poisoned(pool + 16, 48)) puts("a surprise");
  // [end]
}

TEST(Poisoning, Poison) {
  guide::expect_output(poison, R"(
1
)");
}

}  // namespace
