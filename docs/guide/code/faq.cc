#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <thread>

#include "cex/cex.h"
#include "cex/testing.h"
#include "docs/snippets/runner.h"

namespace {

// [point]
struct Point {
  int x, y;
};  // for the examples below
// [end]

void block_freed() {
// [block_freed]
#line 1 "example.cc"
  const cex::testing::LeakCheck check;
  Point* point = mem$new(mem$, Point, 1, 2);
  // [end]
}

TEST(Faq, BlockFreed) {
  guide::expect_report(block_freed, R"(
cex: example.cc:1: leak: 1 block, 8 bytes of mem$ not freed
    8 bytes at …, allocated at example.cc:2
)");
}

void double_free() {
// [double_free]
#line 1 "example.cc"
  char* name = mem$malloc(mem$, 10);
  char* alias = name;
  mem$free(mem$, name);
  mem$free(mem$, alias);
  // [end]
}

TEST(Faq, DoubleFree) {
  guide::expect_report(double_free, R"(
cex: example.cc:4: double free: free of a block that was freed before, …
    the block: 10 bytes, allocated at example.cc:1, freed at example.cc:3
)");
}

void not_a_block() {
// [not_a_block]
#line 1 "example.cc"
  static char text[10];
  char* p = text;
  mem$free(mem$, p);
  // [end]
}

TEST(Faq, NotABlock) {
  guide::expect_report(not_a_block, R"(
cex: example.cc:3: free of a pointer that this allocator does not own: …
)");
}

void another_alignment() {
// [another_alignment]
#line 1 "example.cc"
  float* lanes = mem$malloc(mem$, 256, 64);
  lanes = mem$realloc(mem$, lanes, 512);
  // [end]
}

TEST(Faq, AnotherAlignment) {
  guide::expect_report(another_alignment, R"(
cex: example.cc:2: realloc with alignment 16 of a block that was allocated with 64
)");
}

void bad_alignment() {
// [bad_alignment]
#line 1 "example.cc"
  char* p = mem$malloc(mem$, 100, 24);
  // [end]
}

TEST(Faq, BadAlignment) {
  guide::expect_report(bad_alignment, R"(
cex: example.cc:1: bad alignment 24: it is a power of two from 1 to 64, or 0 for the default
)");
}

void across_scopes() {
// [across_scopes]
#line 1 "example.cc"
  mem$arena(4096, arena) {
    char* text = mem$malloc(arena, 16);
    mem$scope(arena, scratch) text = mem$realloc(scratch, text, 32);
  }
  // [end]
}

TEST(Faq, AcrossScopes) {
  guide::expect_report(across_scopes, R"(
cex: example.cc:3: realloc across scopes: …
    the block: 16 bytes, allocated at example.cc:2…
)");
}

void past_end() {
// [past_end]
#line 1 "example.cc"
  Point* points = mem$malloc(mem$, 4 * sizeof(int));  // two points
  points[2] = {1, 2};
  mem$free(mem$, points);
  // [end]
}

TEST(Faq, PastEnd) {
  guide::expect_report(past_end, R"(
cex: example.cc:3: write past the end of a block at …
    the block: 16 bytes, allocated at example.cc:1
)");
}

void late_write() {
// [late_write]
#line 1 "example.cc"
  cex::testing::LeakCheck check;
  Point* point = mem$new(mem$, Point, 1, 2);
  Point* alias = point;
  mem$free(mem$, point);
  alias->x = 3;
  // [end]
}

TEST(Faq, LateWrite) {
  guide::expect_report(late_write, R"(
cex: example.cc:1: write to freed memory at …
    the block: 8 bytes, allocated at example.cc:2, freed at example.cc:4
)");
}

void guarded_read() {
// [guarded_read]
#line 1 "example.cc"
  IAllocator guard = AllocatorGuard.create(mem$);
  char* text = mem$malloc(guard, 16);
  printf("%c\n", text[16]);
  // [end]
}

TEST(Faq, GuardedRead) {
  guide::expect_report(guarded_read, R"(
cex: …: read past the end of a block at …, 1 byte behind its last
    the block: 16 bytes at …
)");
}

void no_scopes() {
// [no_scopes]
#line 1 "example.cc"
  mem$scope(mem$, _) (void)mem$malloc(_, 100);
  // [end]
}

TEST(Faq, NoScopes) {
  guide::expect_report_always(no_scopes, R"(
cex: example.cc:1: mem$scope on an allocator without scopes: mem$ is the heap
    use an arena, or tmem$ for short-lived memory
)");
}

void tmem_outside() {
// [tmem_outside]
#line 1 "example.cc"
  char* text = mem$malloc(tmem$, 100);
  // [end]
}

TEST(Faq, TmemOutside) {
  guide::expect_report(tmem_outside, R"(
cex: example.cc:1: tmem$ is used outside a mem$scope: 100 bytes asked for
    open one around the code that uses it: mem$scope(tmem$, _) { … }
)");
}

void ended_scope() {
// [ended_scope]
#line 1 "example.cc"
  IAllocator kept = tmem$;
  mem$scope(tmem$, _) kept = _;
  arr$(int) numbers = arr$new(numbers, kept);
  // [end]
}

TEST(Faq, EndedScope) {
  guide::expect_report(ended_scope, R"(
cex: example.cc:3: the allocator of a scope that has ended is used
    the scope: opened at example.cc:2, ended at example.cc:2
)");
}

void arena_before_scope() {
// [arena_before_scope]
#line 1 "example.cc"
  IAllocator arena = AllocatorArena.create(4096);
  mem$scope(arena, _) AllocatorArena.destroy(arena);
  // [end]
}

TEST(Faq, ArenaBeforeScope) {
  guide::expect_report(arena_before_scope, R"(
cex: example.cc:2: arena destroyed inside its scope: 1 still open
    the innermost: opened at example.cc:2
)");
}

void null_allocator() {
// [null_allocator]
#line 1 "example.cc"
  char buffer[16];  // no room for anything
  IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  char* text = mem$malloc(a, 8);
  // [end]
}

TEST(Faq, NullAllocator) {
  guide::expect_report(null_allocator, R"(
cex: example.cc:3: the allocator is null
)");
}

void array_kind() {
// [array_kind]
#line 1 "example.cc"
  printf("%zu\n", AllocatorArena.stats(mem$).bytes_in_use);
  // [end]
}

TEST(Faq, ArrayKind) {
  guide::expect_report_always(array_kind, R"(
cex: example.cc:1: AllocatorArena.stats of an allocator that is not an arena
)");
}

void two_threads() {
// [two_threads]
#line 1 "example.cc"
  mem$arena(4096, arena) {
    (void)mem$malloc(arena, 10);
    std::thread([arena] { (void)mem$malloc(arena, 10); }).join();
  }
  // [end]
}

TEST(Faq, TwoThreads) {
  guide::expect_report(two_threads, R"(
cex: example.cc:3: an arena is used by two threads
    it belongs to thread …, which first used it; thread … uses it now
)");
}

void out_of_range() {
// [out_of_range]
#line 1 "example.cc"
  arr$(int) numbers = arr$new(numbers, mem$);
  arr$pushm(numbers, 1, 2, 3);
  arr$del(numbers, 3);
  // [end]
}

TEST(Faq, OutOfRange) {
  guide::expect_report_always(out_of_range, R"(
cex: example.cc:3: arr$del: index 3 is out of range
  there are 3 elements
)");
}

void loop() {
// [loop]
#line 1 "example.cc"
  arr$(int) numbers = arr$new(numbers, mem$);
  arr$pushm(numbers, 1, 2, 3);
  for$each (number, numbers, 4) printf("%d\n", number);
  // [end]
}

TEST(Faq, Loop) {
  guide::expect_report(loop, R"(
cex: example.cc:3: for$each: a loop over more elements than there are
  4 of 3
)");
}

void loop_deletes() {
// [loop_deletes]
#line 1 "example.cc"
  hm$(int, int) ages = hm$new(ages, mem$);
  hm$set(ages, 1, 41);
  hm$set(ages, 2, 0);
  for$each (entry, ages) {
    if (entry.value > 40) hm$del(ages, entry.key);
  }
  // [end]
}

TEST(Faq, LoopDeletes) {
  guide::expect_report(loop_deletes, R"(
cex: example.cc:4: for$each: elements were removed or moved inside their own loop
  index 1, length 1
)");
}

void before_first() {
// [before_first]
#line 1 "example.cc"
  arr$(char) line = arr$new(line, mem$);
  arr$pushm(line, ' ', ' ');
  char* last = line + 1;
  while (*last == ' ') *last-- = '\0';
  *last = '\0';
  arr$push(line, 'x');
  // [end]
}

TEST(Faq, BeforeFirst) {
  guide::expect_report(before_first, R"(
cex: example.cc:6: arr$push: write before the first element of the array at …
  what the array keeps in front of its elements was overwritten
)");
}

void empty_array() {
// [empty_array]
#line 1 "example.cc"
  arr$(int) stack = arr$new(stack, mem$);
  int top = arr$pop(stack);
  // [end]
}

TEST(Faq, EmptyArray) {
  guide::expect_report(empty_array, R"(
cex: example.cc:2: arr$pop: the array is empty
)");
}

void null_array() {
// [null_array]
#line 1 "example.cc"
  arr$(int) numbers = NULL;
  arr$pushm(numbers, 1, 2);
  // [end]
}

TEST(Faq, NullArray) {
  guide::expect_report_always(null_array, R"(
cex: example.cc:2: arr$pushm: the array is null
  make it with arr$new(a, allocator) first
)");
}

// [add_twenty]
void add_twenty(arr$(int) numbers) {  // a copy of the handle
  for (int i = 0; i < 20; ++i) arr$push(numbers, i);
}
// [end]

void stale_array() {
// [stale_array]
#line 1 "example.cc"
  arr$(int) numbers = arr$new(numbers, mem$);
  add_twenty(numbers);
  arr$push(numbers, 20);
  // [end]
}

TEST(Faq, StaleArray) {
  guide::expect_report(stale_array, R"(
cex: example.cc:3: arr$push: use of an array that is no longer there
  it was freed, or moved when a copy of this handle made it grow, or the mem$scope that it was allocated in has ended
)");
}

void past_last() {
// [past_last]
#line 1 "example.cc"
  arr$(int) jobs = arr$new(jobs, mem$);
  arr$pushm(jobs, 1, 2, 3);
  int* job = &arr$last(jobs);
  arr$pop(jobs);
  *job = 0;
  arr$free(jobs);
  // [end]
}

TEST(Faq, PastLast) {
  guide::expect_report(past_last, R"(
cex: example.cc:6: write past the last element of an array, at …
  element 2 of a capacity of 16 was written to while there was none
  there are 2; pointers to others are no longer good
)");
}

void copied_keys() {
// [copied_keys]
#line 1 "example.cc"
  hm$(char*, int) ages = hm$new(ages, mem$, .copy_keys_arena_pgsize = 1024);
  hm$set(ages, "ann", 41);
  strcat(ages[0].key, "abel");
  hm$free(ages);
  // [end]
}

TEST(Faq, CopiedKeys) {
  guide::expect_report(copied_keys, R"(
cex: example.cc:4: write past the end of a copied key, at …
    the key: 4 bytes, "anna"
)");
}

void changed_keys() {
// [changed_keys]
#line 1 "example.cc"
  hm$(const char*, int) ages = hm$new(ages, mem$);
  char name[10] = "ann";
  hm$set(ages, name, 41);
  strcpy(name, "bob");
  int age = hm$get(ages, "ann");
  // [end]
}

TEST(Faq, ChangedKeys) {
  guide::expect_report(changed_keys, R"(
cex: example.cc:5: hm$get: a key was changed, or its text has gone, while in the map
  the key of entry 0 (of 1); the map was made at example.cc:1
  text keys are borrowed: keep the text, or make the map with .copy_keys = true
)");
}

void odd_keys() {
// [odd_keys]
#line 1 "example.cc"
  struct Entry {
    char key[4];
    int value;
  };
  hm$s(Entry) codes = hm$new(codes, mem$);
  hm$set(codes, "four", 4);
  // [end]
}

TEST(Faq, OddKeys) {
  guide::expect_report_always(odd_keys, R"(
cex: example.cc:6: hm$set: a key of 4 characters does not fit a char[4] with its NUL
)");
}

void no_order() {
// [no_order]
#line 1 "example.cc"
  arr$(int) numbers = arr$new(numbers, mem$);
  arr$pushm(numbers, 3, 1, 3);
  arr$sort(numbers, [](int x, int y) { return x <= y; });
  // [end]
}

TEST(Faq, NoOrder) {
  guide::expect_report(no_order, R"(
cex: example.cc:3: arr$sort: the comparison is no strict weak ordering
  each of two elements comes before the other, or one before itself
)");
}

}  // namespace
