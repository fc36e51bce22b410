// The example at the top of each public header, with what it takes for granted. What ends
// the program, or needs no more than a compiler, is a function that is not called.
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <algorithm>
#include <memory_resource>
#include <string>
#include <unordered_map>
#include <vector>

#include "cex/cex.h"
#include "cex/gtest_checks.h"
#include "cex/interface.h"
#include "cex/print.h"
#include "cex/report.h"
#include "cex/site.h"
#include "cex/stats.h"
#include "cex/testing.h"
#include "cex/trace.h"
#include "gtest/gtest.h"

// Examples make variables to show that they can.
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-parameter"

struct Node {
  int value;
  Node* next;
};

namespace allocator {
#include "docs/site/examples/allocator.inc"

TEST(HeaderExamples, Allocator) {
#include "docs/site/examples/allocator_body.inc"
}
}  // namespace allocator

TEST(HeaderExamples, Cex){
#include "docs/site/examples/cex.inc"
}

TEST(HeaderExamples, Version) {
#include "docs/site/examples/version.inc"
}

namespace report {
#include "docs/site/examples/report.inc"

TEST(HeaderExamples, Report) { check(true, "colour"); }
}  // namespace report

namespace site {
#include "docs/site/examples/site.inc"

TEST(HeaderExamples, Site) { log_call(); }
}  // namespace site

TEST(HeaderExamples, Collections){
#include "docs/site/examples/collections.inc"
}

TEST(HeaderExamples, Length){
#include "docs/site/examples/length.inc"
}

TEST(HeaderExamples, Heap){
#include "docs/site/examples/heap.inc"
}

TEST(HeaderExamples, Arena) {
#include "docs/site/examples/arena.inc"
}

void c_function(int*, size_t) {}

TEST(HeaderExamples, Arr){
#include "docs/site/examples/arr.inc"
}

TEST(HeaderExamples, Fixed){
#include "docs/site/examples/fixed.inc"
}

TEST(HeaderExamples, ForEach) {
  struct Point {
    int x;
  };
  const char* paths[] = {"a", "b"};
  Point points[] = {{1}, {2}};
  const char* argv[] = {"program", "word"};
  const size_t argc = 2;
  mem$scope(tmem$, _) {
    hm$(int, int) map = hm$new(map, _);
    hm$set(map, 1, 2);
    int total = 0;
#include "docs/site/examples/for_each.inc"
    EXPECT_EQ(total, 2);
    EXPECT_EQ(points[1].x, 3);
  }
}

TEST(HeaderExamples, Guard){
#include "docs/site/examples/guard.inc"
}

TEST(HeaderExamples, Hm) {
#include "docs/site/examples/hm.inc"
}

namespace hash_state {
#include "docs/site/examples/hash_state.inc"
}  // namespace hash_state

TEST(HeaderExamples, FlatMaps){
#include "docs/site/examples/hf.inc"
}

TEST(HeaderExamples, MembersOfMaps) {
#include "docs/site/examples/map.inc"
}

namespace mem {
bool example(IAllocator a) {
#include "docs/site/examples/mem.inc"
  return p == nullptr;
}
TEST(HeaderExamples, Mem) { EXPECT_TRUE(example(mem$)); }
}  // namespace mem

TEST(HeaderExamples, Pmr) {
#include "docs/site/examples/pmr.inc"
  AllocatorArena.destroy(arena);
}

// Poison is for the checker; under AddressSanitizer, say, the stack must be whole at the end.
TEST(HeaderExamples, Sanitizer) {
#include "docs/site/examples/sanitizer.inc"
  cex::unpoison_defined(buffer, sizeof(buffer));
}

TEST(HeaderExamples, Scope) {
  mem$arena(4096, arena) {
#include "docs/site/examples/scope.inc"
    EXPECT_EQ(AllocatorArena.stats(arena).scope_depth, 0u);
  }
}

TEST(HeaderExamples, Stats) {
  mem$arena(4096, arena) {
#include "docs/site/examples/stats.inc"
  }
}

TEST(HeaderExamples, Tempmem) {
#include "docs/site/examples/tempmem.inc"
}

// Takes its memory in four blocks.
struct Settings {
  char* parts[4] = {};

  bool load(IAllocator a, const char* path) {
    const size_t size = strstr(path, "large") != nullptr ? 5000 : 50;
    for (char*& part : parts) {
      part = mem$malloc(a, size);
      if (part == nullptr) {
        free(a);
        return false;
      }
    }
    return true;
  }

  void free(IAllocator a) {
    for (char*& part : parts) mem$free(a, part);
  }
};

bool load(IAllocator a, const char* path) {
  Settings settings;
  const bool result = settings.load(a, path);
  settings.free(a);
  return result;
}

bool load_and_free_settings(IAllocator a) { return load(a, "settings"); }

TEST(HeaderExamples, FailingAllocator) {
#include "docs/site/examples/failing_allocator.inc"
}

void use(char*) {}

[[maybe_unused]] void leaks() {
#include "docs/site/examples/leak_check.inc"
}

namespace oom_sweep {
#include "docs/site/examples/oom_sweep.inc"
}

namespace guard_all_blocks {
#include "docs/site/examples/guard_all_blocks.inc"
}

#include "docs/site/examples/testing.inc"

#include "docs/site/examples/gtest_checks.inc"

TEST(HeaderExamples, Print) {
  mem$scope(tmem$, _) {
#include "docs/site/examples/print.inc"
  }
}

namespace trace {
void parse(IAllocator a, const char* text) { EXPECT_NE(mem$malloc(a, strlen(text)), nullptr); }

TEST(HeaderExamples, Trace) {
  const char* const text = "text";
#include "docs/site/examples/trace.inc"
}
}  // namespace trace

// The names of CEX in C, from here on.
#include "cex/compat.h"

namespace compat {
#include "docs/site/examples/compat.inc"

TEST(HeaderExamples, Compat) {
#include "docs/site/examples/compat_body.inc"
}
}  // namespace compat
