#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <optional>

#include "cex/cex.h"
#include "cex/testing.h"
#include "docs/snippets/runner.h"

// [parse_numbers]
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
// [end]

namespace {

// [grow]
// Doubles a buffer. On false it is untouched, and still the caller's.
bool grow(IAllocator a, char*& buffer, size_t& size) {
  char* larger = mem$realloc(a, buffer, 2 * size);
  if (larger == nullptr) return false;  // `buffer = mem$realloc(a, buffer, …)` would lose it
  buffer = larger;
  size *= 2;
  return true;
}
// [end]

void use_grow() {
  // [use_grow]
  mem$arena(4096, arena) {
    size_t size = 100;
    char* buffer = mem$malloc(arena, size);
    buffer[99] = 'x';
    if (grow(arena, buffer, size)) printf("%zu %c\n", size, buffer[99]);
  }
  // [end]
}

TEST(Errors, UseGrow) {
  guide::expect_output(use_grow, R"(
200 x
)");
}

void ends_program() {
// [ends_program]
#line 1 "tool.cc"
  IAllocator arena = AllocatorArena.create(4096, {.limit = 16384});
  arr$(long) numbers = arr$new(numbers, arena);
  for (long i = 0; i < 100000; ++i) arr$push(numbers, i);
  AllocatorArena.destroy(arena);
  // [end]
}

TEST(Errors, EndsProgram) {
  guide::expect_report_always(ends_program, R"(
cex: tool.cc:3: arr$push: out of memory
  … elements of 8 bytes in use, capacity …, … wanted (… bytes)
)");
}

// [add_all]
struct Batch {
  arr$(int) ids;
  hm$(int, int) index;
};

// Adds all of `ids` or none.
bool add_all(Batch& batch, const int* ids, size_t n) {
  if (!arr$grow_check(batch.ids, n)) return false;
  if (!hm$try_reserve(batch.index, hm$len(batch.index) + n)) return false;
  for (size_t i = 0; i < n; ++i) {
    hm$set(batch.index, ids[i], static_cast<int>(arr$len(batch.ids)));
    arr$push(batch.ids, ids[i]);
  }
  return true;
}
// [end]

void use_add_all() {
  // [use_add_all]
  const int ids[] = {7, 8, 9};
  Batch batch;
  arr$new(batch.ids, mem$);
  hm$new(batch.index, mem$);
  const bool added = add_all(batch, ids, 3);
  printf("%d %zu %d\n", added, arr$len(batch.ids), hm$get(batch.index, 9));
  arr$free(batch.ids);
  hm$free(batch.index);
  // [end]
}

TEST(Errors, UseAddAll) {
  guide::expect_output(use_add_all, R"(
1 3 2
)");
}

TEST(Errors, AddAllAddsNoneWhereTheIndexIsOutOfMemory) {
  mem$scope(tmem$, _) {
    IAllocator arena = AllocatorArena.create(4096, {.limit = 64 << 10});
    Batch batch;
    arr$new(batch.ids, _);
    hm$new(batch.index, arena);
    arr$(int) ids = arr$new(ids, _);
    for (int i = 0; i < 10'000; ++i) arr$push(ids, i);
    EXPECT_TRUE(add_all(batch, ids, 10));
    EXPECT_FALSE(add_all(batch, ids, arr$len(ids)));
    EXPECT_EQ(hm$len(batch.index), 10u);
    EXPECT_EQ(arr$len(batch.ids), 10u);
    AllocatorArena.destroy(arena);
  }
}

void limit() {
  // [limit]
  IAllocator arena = AllocatorArena.create(4096, {.limit = 64 << 10});
  size_t blocks = 0;
  while (mem$malloc(arena, 1000) != nullptr) ++blocks;
  printf("from 40 to 64 blocks: %d\n", blocks >= 40 && blocks <= 64);
  AllocatorArena.destroy(arena);
  // [end]
}

TEST(Errors, Limit) {
  guide::expect_output(limit, R"(
from 40 to 64 blocks: 1
)");
}

// [parse_numbers]
// The numbers of "1,2,3", in memory of `a`: an arena, where a failed call leaves nothing
// to free.
absl::StatusOr<arr$(int)> parse_numbers(IAllocator a, absl::string_view text) {
  arr$(int) numbers = NULL;
  if (arr$try_new(numbers, a) == NULL) return absl::ResourceExhaustedError("no memory");
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const absl::string_view word = text.substr(0, comma);
    int number = 0;
    if (!absl::SimpleAtoi(word, &number)) {
      return absl::InvalidArgumentError(absl::StrCat("not a number: \"", word, "\""));
    }
    if (arr$try_push(numbers, number) == nullptr) {
      return absl::ResourceExhaustedError("no memory");
    }
    text.remove_prefix(comma == absl::string_view::npos ? text.size() : comma + 1);
  }
  return numbers;
}
// [end]

void use_parse_numbers() {
  // [use_parse_numbers]
  mem$arena(4096, arena) {
    for (const char* text : {"1,2,3", "1,zwei"}) {
      const absl::StatusOr<arr$(int)> numbers = parse_numbers(arena, text);
      if (numbers.ok()) {
        printf("%zu numbers\n", arr$len(*numbers));
      } else {
        printf("%s\n", numbers.status().ToString().c_str());
      }
    }
  }

  cex::testing::FailingAllocator none(mem$, {.from = 1});
  puts(parse_numbers(none.allocator(), "1").status().ToString().c_str());
  // [end]
}

TEST(Errors, UseParseNumbers) {
  guide::expect_output(use_parse_numbers, R"(
3 numbers
INVALID_ARGUMENT: not a number: "zwei"
RESOURCE_EXHAUSTED: no memory
)");
}

}  // namespace
