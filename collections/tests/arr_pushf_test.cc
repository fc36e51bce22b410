// arr$pushf: printf onto an arr$(char); and what finds an element's index.
#include <errno.h>
#include <stddef.h>
#ifdef __GLIBC__
#include <printf.h>
#endif

#include <string>
#include <string_view>

#include "cex/allocator.h"
#include "cex/arr.h"
#include "cex/for_each.h"
#include "cex/hm.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

std::string_view text_of(const arr$(char) & a) { return {a.data(), arr$len(a)}; }

TEST(ArrPushf, AppendsWithoutANul) {
  TestAllocator memory;
  arr$(char) text = arr$new(text, memory);
  EXPECT_EQ(arr$pushf(text, "%d items", 5), text.data());
  EXPECT_EQ(text_of(text), "5 items");
  const char* const more = arr$pushf(text, ", %s: %.2f", "mean", 0.5);
  EXPECT_EQ(more, text.data() + 7);
  EXPECT_EQ(text_of(text), "5 items, mean: 0.50");
  arr$pushf(text, "%s", "");
  EXPECT_EQ(text_of(text), "5 items, mean: 0.50");
  arr$push(text, '\0');
  EXPECT_STREQ(text, "5 items, mean: 0.50");
  arr$free(text);
}

// At every fill level, so that some of them make it grow by one character, or by its NUL.
TEST(ArrPushf, ArgumentsMayLieInTheArray) {
  for (size_t before = 0; before < 70; ++before) {
    TestAllocator memory;  // which moves what grows, and overwrites what it leaves
    arr$(char) text = arr$new(text, memory);
    for (size_t i = 0; i < before; ++i) arr$push(text, 'x');
    arr$push(text, '\0');
    std::string expected(before, 'x');
    for (int round = 0; round < 4; ++round) {
      arr$pop(text);  // its NUL, which is still needed
      arr$push(text, '\0');
      arr$pushf(text, "<%s>", text.data());
      const std::string once(text.data());
      expected = std::string(once) + '\0' + "<" + once + ">";
      ASSERT_EQ(text_of(text), expected) << before;
      arr$push(text, '\0');
      arr$del(text, once.size());
    }
    arr$free(text);
    EXPECT_EQ(memory.live_blocks, 0u);
  }
}

TEST(ArrPushf, OutOfMemoryChangesNothing) {
  TestAllocator memory;
  arr$(char) text = arr$new(text, memory);
  arr$pushf(text, "kept");
  memory.fail_at(1, 1000);
  EXPECT_EQ(arr$try_pushf(text, "%0200d", 1), nullptr);
  EXPECT_EQ(text_of(text), "kept");
  EXPECT_NE(arr$try_pushf(text, "!"), nullptr);
  EXPECT_EQ(text_of(text), "kept!");
  EXPECT_DEATH(arr$pushf(text, "%0200d", 1),
               "arr_pushf_test.cc:[0-9]+: arr\\$pushf: out of memory");
  memory.fail_at(0);
  arr$free(text);
}

// vsnprintf() writes one.
TEST(ArrPushf, NeedsRoomForANul) {
  TestAllocator memory;
  arr$(char) text = arr$new(text, memory, .capacity = 16);
  memory.fail_at(1, 1000);
  EXPECT_EQ(arr$try_pushf(text, "%016d", 7), nullptr);
  EXPECT_NE(arr$try_pushf(text, "%015d", 7), nullptr);
  memory.fail_at(0);
  EXPECT_NE(arr$try_pushf(text, "%d", 8), nullptr);
  EXPECT_EQ(arr$cap(text), 32u);
  EXPECT_EQ(text_of(text), "0000000000000078");
  arr$free(text);
}

#ifdef __GLIBC__
// %Y fails as a long number does for which printf() gets no memory: at some call.
int calls_until_failure;
int print_y(FILE* out, const printf_info*, const void* const*) {
  if (--calls_until_failure == 0) {
    errno = ENOMEM;
    return -1;
  }
  return fprintf(out, "%040d", 7);
}
int y_takes_nothing(const printf_info*, size_t, int*, int*) { return 0; }

TEST(ArrPushf, PrintfIsOutOfMemory) {
  ASSERT_EQ(register_printf_specifier('Y', print_y, y_takes_nothing), 0);
  const char* format = "text %d: %Y";  // not known to the compiler
  asm volatile("" : "+r"(format));
  for (const size_t capacity : {16u, 100u}) {
    for (const int call : {1, 2}) {
      TestAllocator memory;
      arr$(char) text = arr$new(text, memory, .capacity = capacity);
      arr$pushf(text, "kept");
      calls_until_failure = call;
      EXPECT_EQ(arr$try_pushf(text, format, 1), nullptr);
      EXPECT_EQ(text_of(text), "kept");
      calls_until_failure = call;
      EXPECT_DEATH(arr$pushf(text, format, 1),
                   "arr_pushf_test.cc:[0-9]+: arr\\$pushf: out of memory");
      calls_until_failure = 0;
      EXPECT_EQ(std::string_view(arr$pushf(text, format, 1), 10), "text 1: 00");
      EXPECT_EQ(arr$len(text), 52u);
      arr$free(text);
      EXPECT_EQ(memory.live_blocks, 0u);
    }
  }
}
#endif

TEST(ArrPushfDeathTest, ANullArray) {
  arr$(char) text = nullptr;
  EXPECT_DEATH(arr$pushf(text, "x"), "arr_pushf_test.cc:[0-9]+: arr\\$pushf: the array is null");
}

TEST(Members, AreWhatTheMacrosCall) {
  TestAllocator memory;
  auto a = Arr<int>::create(memory, {.capacity = 20});
  EXPECT_EQ(a.cap(), 20u);
  a.push(3);
  a.pushm({1, 2});
  a.sort();
  EXPECT_EQ(a.at(0), 1);
  EXPECT_EQ(a.pop(), 3);
  a.ins(0, 9);
  EXPECT_EQ(a.last(), 2);
  EXPECT_EQ(a.erase_if([](int x) { return x == 9; }), 1u);
  EXPECT_EQ(a.size(), 2u);
  a.free();
  EXPECT_FALSE(a);
}

TEST(Index, OfAnElementAndOfAnEntry) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory);
  arr$pushm(a, 5, 6, 7);
  ptrdiff_t expected = 0;
  for$eachp (it, a) EXPECT_EQ(it - a, expected++);
  const int* const last = &arr$last(a);
  EXPECT_EQ(last - a, 2);
  hm$(int, int) m = hm$new(m, memory);
  hm$set(m, 1, 10);
  hm$set(m, 2, 20);
  EXPECT_EQ(arr$at(m, 1).value, 20);
  EXPECT_DEATH((void)arr$at(m, 2), "arr\\$at: index 2 is out of range\n  there are 2 elements");
  arr$free(a);
  hm$free(m);
}

}  // namespace
}  // namespace cex
