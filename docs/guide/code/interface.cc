#include <gtest/gtest.h>

#include "docs/snippets/runner.h"

// [joined]
#include <cstdio>
#include <cstring>

#include "cex/cex.h"
// [end]

namespace {

// [joined]
// Allocates: it takes an allocator.
char* joined(IAllocator a, const char* x, const char* y) {
  char* text = mem$malloc(a, strlen(x) + strlen(y) + 1);
  if (text != nullptr) sprintf(text, "%s%s", x, y);
  return text;
}

// Doesn't: it takes none.
size_t words_in(const char* text) {
  size_t words = 0;
  for (char before = ' '; *text != '\0'; before = *text++) words += before == ' ' && *text != ' ';
  return words;
}
// [end]

void four_callers() {
  // [four_callers]
  char* text = joined(mem$, "from the ", "heap");
  puts(text);
  mem$free(mem$, text);  // a block of the heap is freed by hand; text is nullptr now

  mem$arena(4096, arena) puts(joined(arena, "from an ", "arena"));

  mem$scope(tmem$, _) puts(joined(_, "from this thread's ", "temporary memory"));

  char buffer[2048];
  IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  puts(joined(fixed, "from ", "the stack"));
  // [end]
}

TEST(Interface, FourCallers) {
  guide::expect_output(four_callers, R"(
from the heap
from an arena
from this thread's temporary memory
from the stack
)");
}

void calls() {
  // [calls]
  mem$scope(tmem$, _) {
    int* numbers = mem$malloc(_, 10 * sizeof(int));       // uninitialized; converts to any T*
    int* zeros = mem$calloc(_, 10, sizeof(int));          // zeroed; 10 * size is overflow-checked
    float* lanes = mem$malloc(_, 256, 64);                // aligned to 64 bytes, the most there is
    numbers = mem$realloc(_, numbers, 20 * sizeof(int));  // keeps the content
    struct Point {
      int x, y;
    };
    Point* point = mem$new(_, Point, 3, 4);  // constructed: Point{3, 4}
    printf("%d %d %d\n", zeros[9], point->x, mem$aligned_pointer(lanes, 64));
  }
  // [end]
}

TEST(Interface, Calls) {
  guide::expect_output(calls, R"(
0 3 1
)");
}

void sizes() {
  // [sizes]
  printf("%zu bytes, mem$ is an arena: %d, tmem$ is one: %d\n", sizeof(Allocator_i),
         mem$->meta.is_arena, tmem$->meta.is_arena);
  // [end]
}

TEST(Interface, Sizes) {
  guide::expect_output(sizes, R"(
64 bytes, mem$ is an arena: 0, tmem$ is one: 1
)");
}

// [counter]
struct Counter {
  Allocator_i base;
  IAllocator inner;
  size_t* blocks;  // how many are live
};

const Counter* counter_of(IAllocator self) { return reinterpret_cast<const Counter*>(self); }

void* counted(IAllocator self, void* p) {
  if (p != nullptr) ++*counter_of(self)->blocks;
  return p;
}

void* count_malloc(IAllocator self, size_t size, size_t align) {
  const IAllocator inner = counter_of(self)->inner;
  return counted(self, inner->malloc(inner, size, align));
}

void* count_calloc(IAllocator self, size_t n, size_t size, size_t align) {
  const IAllocator inner = counter_of(self)->inner;
  return counted(self, inner->calloc(inner, n, size, align));
}

void* count_realloc(IAllocator self, void* p, size_t size, size_t align) {
  const IAllocator inner = counter_of(self)->inner;
  void* const moved = inner->realloc(inner, p, size, align);
  return p == nullptr ? counted(self, moved) : moved;
}

void* count_free(IAllocator self, void* p) {
  const IAllocator inner = counter_of(self)->inner;
  if (p != nullptr) --*counter_of(self)->blocks;
  return inner->free(inner, p);
}

IAllocator no_scopes(IAllocator) { return nullptr; }
void no_scope_to_leave(IAllocator) {}
uint32_t no_depth(IAllocator) { return 0; }

Counter make_counter(IAllocator inner, size_t* blocks) {
  return {{count_malloc,
           count_calloc,
           count_realloc,
           count_free,
           no_scopes,
           no_scope_to_leave,
           no_depth,
           {.magic_id = 0xc0117e12, .is_arena = false, .is_temp = false}},
          inner,
          blocks};
}
// [end]

void use_counter() {
  // [use_counter]
  size_t live = 0;
  const Counter counter = make_counter(mem$, &live);
  IAllocator a = &counter.base;

  arr$(int) numbers = arr$new(numbers, a);  // the collections work on it as on any other
  for (int i = 0; i < 1000; ++i) arr$push(numbers, i);
  char* text = joined(a, "one ", "more");
  printf("%zu live\n", live);
  mem$free(a, text);
  arr$free(numbers);
  printf("%zu live\n", live);
  // [end]
}

TEST(Interface, UseCounter) {
  guide::expect_output(use_counter, R"(
2 live
0 live
)");
}

}  // namespace
