// Whose line is named: with the checks that of the macro, without them the function that
// called, past the functions of cex; and its line where the program has debug information.
#include <gtest/gtest.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <string>
#include <thread>
#include <vector>
#if __has_include(<memory_resource>)
#include <memory_resource>
#endif

#include "cex/arena.h"
#include "cex/collections.h"
#include "cex/failing_allocator.h"
#include "cex/pmr.h"
#include "cex/trace.h"

// Not in an unnamed namespace, and not in cex: names that a symbol table has, of a user.
namespace sites_test {

using cex::kChecked;

// Not the last call of its function, which an optimizer would make a jump.
[[gnu::noinline]] void* plain_malloc(IAllocator a, int* line) {
  void* volatile p = mem$malloc(a, 1001);
  *line = __LINE__ - 1;
  return p;
}

[[gnu::noinline]] void push_numbers(IAllocator a, int* line) {
  arr$(int) numbers = arr$new(numbers, a);
  for (int i = 0; i < 1000; ++i) arr$push(numbers, i);
  *line = __LINE__ - 1;
  arr$free(numbers);
}

[[gnu::noinline]] void set_entries(IAllocator a, int* line) {
  hm$(int, int) map = hm$new(map, a);
  for (int i = 0; i < 1000; ++i) hm$set(map, i, i);
  *line = __LINE__ - 1;
  hm$free(map);
}

[[gnu::noinline]] void scoped(IAllocator a, int* line) {
  mem$scope(a, _) {
    *line = __LINE__ - 1;
    [[maybe_unused]] void* volatile p = mem$malloc(_, 10);
  }
}

#if __has_include(<memory_resource>)
[[gnu::noinline]] void fill_vector(IAllocator a, int* line) {
  cex::PmrResource resource(a);
  const int made = __LINE__ - 1;
  std::pmr::vector<int> numbers(&resource);
  for (int i = 0; i < 1000; ++i) numbers.push_back(i);
  // std::pmr knows nothing of lines: with the checks it is the bridge's.
  *line = kChecked ? made : __LINE__ - 2;
}
#endif

[[gnu::noinline]] void need_pages(IAllocator a, int* line) {
  for (int i = 0; i < 100; ++i) {
    [[maybe_unused]] void* volatile p = mem$malloc(a, 300);
    *line = __LINE__ - 1;
  }
}

std::string written(cex::Trace& trace) {
  FILE* const file = tmpfile();
  EXPECT_NE(file, nullptr);
  EXPECT_TRUE(trace.write_chrome_json(file));
  rewind(file);
  std::string text;
  char buffer[4096];
  for (size_t n = 0; (n = fread(buffer, 1, sizeof(buffer), file)) > 0;) text.append(buffer, n);
  fclose(file);
  return text;
}

// What the JSON has to have of a call in `function` at `line`. What stands between the
// parentheses only debug information tells.
void expect_site(const std::string& text, const char* function, int line) {
  const std::string place = "sites_test.cc:" + std::to_string(line);
#ifdef CEX_TEST
  if (line != 0) {
    EXPECT_NE(text.find(place + "\""), std::string::npos) << place << "\n" << text;
    return;
  }
#endif
  EXPECT_NE(text.find(function), std::string::npos) << function << "\n" << text;
  // clang's line table has the header's line for some inlined calls, which is left out.
#if defined(CEX_SITES_HAVE_LINES) && !defined(__clang__)
  if (line != 0) {
    EXPECT_NE(text.find(place + " in "), std::string::npos) << place << "\n" << text;
  }
#endif
}

void check(void (*work)(IAllocator, int*), IAllocator a, const char* function) {
  cex::Trace trace;
  int line = 0;
  work(trace.wrap(a, "traced"), &line);
  const std::string text = written(trace);
  expect_site(text, function, line);
  // No site is a function of cex or of the C++ library.
  EXPECT_EQ(text.find("\"site\":\"cex::"), std::string::npos) << text;
  EXPECT_EQ(text.find(" in cex::"), std::string::npos) << text;
  EXPECT_EQ(text.find("\"site\":\"std::"), std::string::npos) << text;
}

TEST(SitesTest, OfMalloc) {
  cex::Trace trace;
  const IAllocator a = trace.wrap(mem$, "heap");
  int line = 0;
  void* p = plain_malloc(a, &line);
  expect_site(written(trace), "sites_test::plain_malloc(", line);
  mem$free(a, p);
}

TEST(SitesTest, OfAnArray) { check(push_numbers, mem$, "sites_test::push_numbers("); }

TEST(SitesTest, OfAMap) { check(set_entries, mem$, "sites_test::set_entries("); }

#if __has_include(<memory_resource>)
TEST(SitesTest, OfAVector) { check(fill_vector, mem$, "sites_test::fill_vector("); }
#endif

// clang's sanitizers inline a thread's lambda into std::__invoke_impl, which is not inlined itself,
// and addr2line finds no line there.
#ifdef __clang__
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(thread_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define INSTRUMENTED_BY_CLANG
#endif
#endif

// Which an optimizer puts into a function of the C++ library, called by one without a name.
TEST(SitesTest, OfAThread) {
  cex::Trace trace;
  const IAllocator a = trace.wrap(mem$, "heap");
  int line = 0;
  std::thread([&] {
    void* p = mem$malloc(a, 1002);
    line = __LINE__ - 1;
    mem$free(a, p);
  }).join();
  const std::string text = written(trace);
  EXPECT_EQ(text.find("+0x"), std::string::npos) << text;
  const std::string place = "sites_test.cc:" + std::to_string(line);
#if defined(CEX_SITES_HAVE_LINES) && !defined(INSTRUMENTED_BY_CLANG)
  EXPECT_NE(text.find(place), std::string::npos) << text;
#else
  // The site may be std::thread's function that runs the lambda.
  EXPECT_TRUE(text.find(place) != text.npos || text.find("_OfAThread_") != text.npos ||
              text.find("::_M_run()") != text.npos)
      << text;
#endif
}

TEST(SitesTest, OfAScope) {
  const IAllocator arena = AllocatorArena.create(4096);
  check(scoped, arena, "sites_test::scoped(");
  AllocatorArena.destroy(arena);
}

TEST(SitesTest, OfPages) {
  cex::Trace trace;
  const IAllocator pages = trace.wrap_pages(mem$, "pages");
  const IAllocator arena = AllocatorArena.create(1024, {.backing = pages});
  int line = 0;
  need_pages(arena, &line);
  AllocatorArena.destroy(arena);
  expect_site(written(trace), "sites_test::need_pages(", line);
}

// The sums of what the sites in `text` count.
struct SiteSums {
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  uint64_t most_peak = 0;
};
SiteSums sums_of(const std::string& text) {
  SiteSums sums;
  for (size_t at = text.find("\"sites\":"); (at = text.find("\"site\":\"", at)) != text.npos;
       ++at) {
    const char* const counts = strstr(text.c_str() + at, "\"allocations\":");
    uint64_t allocations = 0;
    uint64_t bytes = 0;
    uint64_t peak = 0;
    EXPECT_EQ(
        sscanf(counts, "\"allocations\":%" SCNu64 ",\"bytes\":%" SCNu64 ",\"peak_bytes\":%" SCNu64,
               &allocations, &bytes, &peak),
        3);
    sums.allocations += allocations;
    sums.bytes += bytes;
    if (peak > sums.most_peak) sums.most_peak = peak;
  }
  return sums;
}

// A call whose site there is no memory for counts for an unknown one.
TEST(SitesTest, CountEveryCallAlsoWithoutMemory) {
  for (uint64_t every = 2; every < 12; ++every) {
    cex::testing::FailingAllocator dry(mem$, {.every = every});
    cex::Trace trace({.memory = dry.allocator()});
    trace.set_uses_addr2line(false);
    const IAllocator a = trace.wrap(mem$, "heap");
    if (a == mem$) continue;
    int line = 0;
    for (int i = 0; i < 10; ++i) {
      void* p = plain_malloc(a, &line);
      void* q = mem$malloc(a, 10);
      mem$free(a, p);
      mem$free(a, q);
    }
    const SiteSums sums = sums_of(written(trace));
    EXPECT_EQ(sums.allocations, 20u) << every;
    EXPECT_EQ(sums.bytes, 10110u) << every;
    EXPECT_LE(sums.most_peak, 1011u) << every;
  }
}

// It is one of the allocator that was called.
TEST(SitesTest, AnUnknownOneIsOfTheAllocatorThatWasCalled) {
  cex::testing::FailingAllocator dry(mem$);
  cex::Trace trace({.memory = dry.allocator()});
  trace.set_uses_addr2line(false);
  trace.wrap(mem$, "idle");
  const IAllocator a = trace.wrap(mem$, "heap");
  dry.set_plan({.nth = 1});
  int line = 0;
  void* p = plain_malloc(a, &line);
  const std::string text = written(trace);
  EXPECT_EQ(sums_of(text.substr(0, text.find("\"name\":\"heap\",\"pages\""))).allocations, 0u)
      << text;
  EXPECT_EQ(sums_of(text).allocations, 1u) << text;
  mem$free(a, p);
}

[[gnu::noinline]] void three_blocks(IAllocator a) {
  void* p = mem$malloc(a, 100);
  mem$free(a, p);
  p = mem$malloc(a, 90);
  mem$free(a, p);
  p = mem$malloc(a, 80);
  mem$free(a, p);
}

// Also where several calls make one site, as without lines.
TEST(SitesTest, NoSiteHasMoreAtOneTimeThanItsAllocator) {
  cex::Trace trace;
  trace.set_uses_addr2line(false);
  const IAllocator a = trace.wrap(mem$, "heap");
  three_blocks(a);
  const SiteSums sums = sums_of(written(trace));
  EXPECT_EQ(sums.allocations, 3u);
  EXPECT_EQ(sums.most_peak, 100u);

  cex::Trace full({.limit = 0});
  full.set_uses_addr2line(false);
  three_blocks(full.wrap(mem$, "heap"));
  EXPECT_EQ(sums_of(written(full)).most_peak, 100u);
}

// Without addr2line there are still functions.
TEST(SitesTest, WithoutAddr2line) {
  cex::Trace trace;
  trace.set_uses_addr2line(false);
  const IAllocator a = trace.wrap(mem$, "heap");
  int line = 0;
  void* p = plain_malloc(a, &line);
  const std::string text = written(trace);
#ifdef CEX_TEST
  EXPECT_NE(text.find("sites_test.cc:" + std::to_string(line)), std::string::npos) << text;
#else
  EXPECT_NE(text.find("\"site\":\"sites_test::plain_malloc()\""), std::string::npos) << text;
#endif
  mem$free(a, p);
}

TEST(SitesTest, WhereAddr2lineIsMissing) {
  const char* const path = getenv("PATH");
  const std::string before = path != nullptr ? path : "";
  setenv("PATH", "/nonexistent", 1);
  cex::Trace trace;
  const IAllocator a = trace.wrap(mem$, "heap");
  int line = 0;
  void* p = plain_malloc(a, &line);
  const std::string text = written(trace);
  setenv("PATH", before.c_str(), 1);
#ifndef CEX_TEST
  EXPECT_NE(text.find("\"site\":\"sites_test::plain_malloc()\""), std::string::npos) << text;
#endif
  mem$free(a, p);
}

}  // namespace sites_test
