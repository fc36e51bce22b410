// Room that no element has: what is written there is found, by the tool at once and by the
// pattern of CEX_TEST when the room is used, the container grows, shrinks or is freed.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <list>
#include <string>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/arr.h"
#include "cex/fixed.h"
#include "cex/hf.h"
#include "cex/hm.h"
#include "cex/sanitizer.h"
#include "cex/tempmem.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// Nothing here says what is written to, and the tool sees the access.
template <typename T>
[[gnu::noinline]] void write(T* p, int value) {
  asm volatile("" : "+r"(p) : : "memory");
  memset(static_cast<void*>(p), value, sizeof(T));
}

// The line that this stands on, as a message names it.
#define HERE(message) "cex: .*slack_test\\.cc:" + std::to_string(__LINE__) + ": " message
#define PAST_ARRAY "write past the last element of an array, at 0x.*\n  element "
#define PAST_MAP "write past the last entry of a map, at 0x.*\n  entry "

template <typename T>
class SlackOfArr : public testing::Test {};
struct Wide {
  uint64_t words[5];
};
struct alignas(64) Line {
  char c;
};
using Elements = testing::Types<char, int, uint64_t, Wide, Line>;
TYPED_TEST_SUITE(SlackOfArr, Elements);

// All that adds and removes elements leaves the rest of the room as it should be.
TYPED_TEST(SlackOfArr, IsWatchedAndUsed) {
  using T = TypeParam;
  const auto use = [](IAllocator memory) {
    arr$(T) a = arr$new(a, memory);
    for (int round = 0; round < 5; ++round) {
      for (int i = 0; i < 50; ++i) arr$push(a, T{});
      arr$pushm(a, T{}, T{}, T{});
      arr$pusha(a, a);
      arr$pusha(a, &a[3], 5);
      arr$pusha(a, std::list<T>(7));
      arr$ins(a, 4, T{});
      arr$del(a, 2);
      arr$delswap(a, 2);
      static_cast<void>(arr$pop(a));
      memset(static_cast<void*>(a.data()), round, arr$len(a) * sizeof(T));
      if (round % 2 == 0) arr$setcap(a, arr$len(a));
      EXPECT_TRUE(arr$grow_check(a, 30));
      if (round == 2) arr$clear(a);
      while (arr$len(a) > 20) static_cast<void>(arr$pop(a));
    }
    arr$free(a);
  };
  TestAllocator own;
  use(own);
  use(mem$);
  mem$scope(tmem$, _) use(_);
  mem$arena(4096, arena) {
    use(arena);
    mem$scope(arena, inner) use(inner);
  }
  alignas(64) static char buffer[100'000];
  const IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  use(fixed);
  AllocatorFixed.destroy(fixed);
  memset(buffer, 1, sizeof(buffer));
}

// Memory that is used again, by whom it belongs to, without a word to the container.
TEST(Slack, IsForgottenWithItsMemory) {
  alignas(64) char buffer[20'000];
  for (int round = 0; round < 3; ++round) {
    const IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
    arr$(int) a = arr$new(a, fixed, .capacity = 100);
    hm$(int, int) m = hm$new(m, fixed, .capacity = 100);
    arr$push(a, 1);
    hm$set(m, 1, 1);
    AllocatorFixed.destroy(fixed);
    memset(buffer, 1, sizeof(buffer));
  }
  for (int round = 0; round < 3; ++round) {
    mem$scope(tmem$, _) {
      arr$(int) a = arr$new(a, _, .capacity = 1000);
      hm$(int, int) m = hm$new(m, _, .capacity = 1000);
      arr$push(a, 1);
      hm$set(m, 1, 1);
    }
    mem$scope(tmem$, _) {
      char* const p = mem$malloc(_, 20'000);
      memset(p, 1, 20'000);
    }
  }
}

#ifdef CEX_TEST
// What a write to `p` is found by: the tool at once, or else `later`, with that message.
#define EXPECT_FOUND(p, later, message) \
  EXPECT_DEATH(                         \
      {                                 \
        write(p, 1);                    \
        later;                          \
      },                                \
      by_tool ? "use-after-poison" : HERE(message))

// Under Valgrind a death test would go on after the tool's report.
constexpr bool kSkips = kChecker == Checker::kValgrind;

struct Memory {
  const char* name;
  IAllocator (*get)();
  bool is_of_tool;  // blocks of the C library's own
};
TestAllocator own_memory;
// As in Memory, for GoogleTest.
void PrintTo(const Memory& memory, std::ostream* out) { *out << memory.name; }

class SlackDeathTest : public testing::TestWithParam<Memory> {
 protected:
  const bool by_tool = kChecker == Checker::kAsan && GetParam().is_of_tool;
  const IAllocator memory = GetParam().get();
};
INSTANTIATE_TEST_SUITE_P(, SlackDeathTest,
                         testing::Values(Memory{"mem", [] { return mem$; }, true},
                                         Memory{"own", []() -> IAllocator { return own_memory; },
                                                true},
                                         Memory{"fixed",
                                                []() -> IAllocator {
                                                  alignas(64) static char buffer[200'000];
                                                  return AllocatorFixed.create(buffer,
                                                                               sizeof(buffer));
                                                },
                                                false}),
                         [](const auto& instance) { return instance.param.name; });

TEST_P(SlackDeathTest, BehindTheLastElement) {
  if (kSkips) return;
  arr$(int) a = arr$new(a, memory, .capacity = 40);
  arr$pushm(a, 1, 2, 3, 4, 5);
  int* const elements = a.data();
  int sixteen[16] = {};
  for (const size_t at : {5u, 39u}) {
    EXPECT_FOUND(elements + at, arr$free(a), PAST_ARRAY);
    EXPECT_FOUND(elements + at, arr$setcap(a, 100), PAST_ARRAY);
    EXPECT_FOUND(elements + at, arr$setcap(a, 20), PAST_ARRAY);
    EXPECT_FOUND(elements + at, (void)arr$grow_check(a, 36), PAST_ARRAY);
    EXPECT_FOUND(elements + at, arr$pusha(a, sixteen, 16);
                 for (int i = 0; i < 20; ++i) arr$push(a, i), PAST_ARRAY);
  }
  EXPECT_FOUND(elements + 5, arr$push(a, 1), PAST_ARRAY "5 of a capacity of 40 was written to");
  EXPECT_FOUND(elements + 6, arr$pushm(a, 1, 2), PAST_ARRAY "6 of a capacity of 40");
  EXPECT_FOUND(elements + 20, arr$pusha(a, sixteen), PAST_ARRAY "20 of a capacity of 40");
  EXPECT_FOUND(elements + 5, arr$ins(a, 0, 1), PAST_ARRAY "5 of a capacity of 40");
  EXPECT_FOUND(elements + 5, (void)arr$try_push(a, 1), PAST_ARRAY "5 of a capacity of 40");

  static_cast<void>(arr$pop(a));
  EXPECT_FOUND(elements + 4, arr$push(a, 1), PAST_ARRAY "4 of a capacity of 40");
  arr$del(a, 0);
  EXPECT_FOUND(elements + 3, arr$push(a, 1), PAST_ARRAY "3 of a capacity of 40");
  arr$delswap(a, 0);
  EXPECT_FOUND(elements + 2, arr$push(a, 1), PAST_ARRAY "2 of a capacity of 40");
  arr$clear(a);
  EXPECT_FOUND(elements, arr$push(a, 1), PAST_ARRAY "0 of a capacity of 40");
  EXPECT_FOUND(elements + 1, arr$free(a), PAST_ARRAY "1 of a capacity of 40");
  arr$free(a);
}

TEST_P(SlackDeathTest, BehindTheLastEntry) {
  if (kSkips) return;
  hm$(uint64_t, uint64_t) m = hm$new(m, memory, .capacity = 40);
  for (uint64_t i = 0; i < 5; ++i) hm$set(m, i, i);
  uint64_t* const values = &m[0].value;
  const auto value = [&](size_t i) { return values + 2 * i; };
  for (const size_t at : {5u, 39u}) {
    EXPECT_FOUND(value(at), hm$free(m), PAST_MAP);
    EXPECT_FOUND(value(at), hm$shrink(m), PAST_MAP);
    EXPECT_FOUND(value(at), hm$reserve(m, 100), PAST_MAP);
  }
  EXPECT_FOUND(value(5), hm$set(m, 5, 5), PAST_MAP "5 was written to while there was none");
  EXPECT_FOUND(value(5), hm$setp(m, 5), PAST_MAP "5 was written to");
  EXPECT_FOUND(value(5), hm$sets(m, 5, 5), PAST_MAP "5 was written to");
  hm$del(m, 0);
  EXPECT_FOUND(value(4), hm$set(m, 5, 5), PAST_MAP "4 was written to");
  hm$clear(m);
  EXPECT_FOUND(value(0), hm$set(m, 5, 5), PAST_MAP "0 was written to");
  EXPECT_FOUND(value(1), hm$free(m), PAST_MAP "1 was written to");
  hm$free(m);
}

TEST(SlackOfALargeFlatMapDeathTest, IsWatchedAsAWhole) {
  const bool by_tool = kChecker == Checker::kAsan;
  if (kSkips) return;
  hf$(int, Wide) m = hf$new(m, mem$);
  for (int i = 0; i < 50'000; ++i) hf$set(m, i, {});
  Wide* last = hf$getp(m, 0);
  int key = 0;
  for (int i = 1; i < 50'000; ++i) {
    Wide* const value = hf$getp(m, i);
    if (value > last) last = value, key = i;
  }
  hf$del(m, key);
  EXPECT_FOUND(last, hf$free(m), PAST_MAP);
  hf$free(m);
}

// Where nothing frees the container, the end of the scope or of the arena does.
template <typename Write>
void write_in_scope(IAllocator memory, Write write_to_room) {
  mem$scope(memory, _) {
    mem$scope(_, inner) write_to_room(inner);
  }
}

TEST(SlackAtTheEndOfAScopeDeathTest, IsLookedAt) {
  if (kSkips || kChecker == Checker::kAsan) return;  // the blocks are the C library's: see above
  alignas(64) static char buffer[200'000];
  const auto past_array = [](IAllocator memory) {
    arr$(int) a = arr$new(a, memory);
    for (int i = 0; i < 40; ++i) arr$push(a, i);
    write(&a[0] + 40, 1);
  };
  const auto past_map = [](IAllocator memory) {
    hm$(int, int) m = hm$new(m, memory, .capacity = 40);
    hm$set(m, 1, 1);
    write(m.data() + 1, 1);
  };
  const auto past_flat = [](IAllocator memory) {
    hf$(int, int) m = hf$new(m, memory, .capacity = 4);
    for (int i = 0; i < 100; ++i) hf$set(m, i, i);
    int* const value = hf$getp(m, 3);
    hf$del(m, 3);
    write(value, 1);
  };
  const auto in_arena = [](auto use) {
    mem$arena(4096, arena) use(arena);
  };
  const auto expect_at_end = [&](auto use, const std::string& message) {
    const std::string report =
        message + ", at 0x.*\n    the block: [0-9]+ bytes, allocated at .*slack_test";
    EXPECT_DEATH(write_in_scope(tmem$, use), report);
    EXPECT_DEATH(write_in_scope(AllocatorFixed.create(buffer, sizeof(buffer)), use), report);
    EXPECT_DEATH(in_arena(use), report);
  };
  expect_at_end(past_array, "write past the last element of an array");
  expect_at_end(past_map, "write past the last entry of a map");
  expect_at_end(past_flat, "write past the last entry of a map");
}

// Of an allocator that gives out parts of a block, and uses them again without a word.
char* next_part = nullptr;
void* take_part(IAllocator, size_t size, size_t) {
  char* const part = next_part;
  next_part += (size + 63) / 64 * 64;
  return part;
}
constexpr Allocator_i kParts = {
    .malloc = take_part,
    .calloc = nullptr,
    .realloc = [](IAllocator a, void* p, size_t size, size_t align) -> void* {
      void* const moved = take_part(a, size, align);
      return p == nullptr ? moved : memcpy(moved, p, size / 2);
    },
    .free = [](IAllocator, void*) -> void* { return nullptr; },
    .scope_enter = nullptr,
    .scope_exit = nullptr,
    .scope_depth = nullptr,
    .meta = {},
};
TEST(SlackOfAPartOfABlock, IsForItsAllocatorToUseAgain) {
  mem$scope(tmem$, _) {
    next_part = mem$malloc(_, 20'000, 64);
    arr$(int) a = arr$new(a, &kParts, .capacity = 100);
    arr$push(a, 1);
    int* const first = &a[0];
    memset(first + 1, 1, 99 * sizeof(int));
  }
}

// A failed growth watches on.
TEST(SlackAfterAFailedGrowthDeathTest, IsWatched) {
  TestAllocator failing;
  arr$(int) a = arr$new(a, failing);
  hm$(int, int) m = hm$new(m, failing);
  failing.fail_at(1, 1000);
  EXPECT_FALSE(arr$try_setcap(a, 1000));
  EXPECT_FALSE(hm$try_reserve(m, 1000));
  failing.fail_at(0);
  const bool by_tool = kChecker == Checker::kAsan;
  if (!kSkips) {
    int* const p = a.data() + 3;
    EXPECT_FOUND(p, arr$free(a), PAST_ARRAY "3 of a capacity of 16");
    auto* const e = m.data() + 3;
    EXPECT_FOUND(e, hm$free(m), PAST_MAP "3 was written to");
  }
  arr$free(a);
  hm$free(m);
}
#endif

}  // namespace
}  // namespace cex
