// The names that cex/compat.h has for code of CEX in C.
#include "cex/compat.h"

#include <gtest/gtest.h>
#include <string.h>

#include <limits>
#include <type_traits>

static_assert(sizeof(u8) == 1 && sizeof(i16) == 2 && sizeof(u32) == 4 && sizeof(i64) == 8);
static_assert(std::is_unsigned_v<usize> && std::is_signed_v<isize> &&
              sizeof(usize) == sizeof(void*));
static_assert(sizeof(f32) == 4 && sizeof(f64) == 8);
static_assert(sizeof(cex_iterator_s) <= 64);

#if mem$platform() != 64 && mem$platform() != 32
#error "mem$platform() has no other value"
#endif

namespace {

TEST(Compat, ArenaScope) {
  int rounds = 0;
  for (int i = 0; i < 3; ++i) {
    mem$arena_scope(4096, arena) {
      u8* p = mem$malloc(arena, 100);
      ASSERT_NE(p, nullptr);
      if (i == 1) break;  // acts on the loop around it, unlike in CEX
    }
    ++rounds;
  }
  EXPECT_EQ(rounds, 1);
}

TEST(Compat, FreeGivesNull) {
  u8* p = mem$malloc(mem$, 100);
  EXPECT_EQ(mem$free(mem$, p), nullptr);
  EXPECT_EQ(p, nullptr);
  mem$free(mem$, p);  // as a statement, and of null
  void* const constant = mem$malloc(mem$, 100).get();
  mem$free(mem$, static_cast<void*>(constant));
  EXPECT_EQ(mem$free(mem$, nullptr), nullptr);
}

#ifdef CEX_TEST
TEST(Compat, FreeNamesTheUsersLine) {
  EXPECT_DEATH(
      {
        int local = 0;
        int* p = &local;
        mem$free(mem$, p);
      },
      "compat_test\\.cc:[0-9]+: ");
}
#endif

TEST(Compat, AlignedPointer) {
  alignas(64) static char bytes[256];
  EXPECT_TRUE(mem$aligned_pointer(bytes, 64) == bytes);
  EXPECT_TRUE(mem$aligned_pointer(bytes + 1, 64) == bytes + 64);
  char* const next = mem$aligned_pointer(bytes + 65, 16);
  EXPECT_EQ(next, bytes + 80);
}

TEST(Compat, ClearGivesTrue) {
  mem$scope(tmem$, _) {
    hm$(int, int) map = hm$new(map, _);
    hm$set(map, 1, 2);
    EXPECT_TRUE(hm$clear(map));
    EXPECT_EQ(hm$len(map), 0u);
    hm$clear(map);
  }
}

// An iterator as CEX has them: the words of a text.
struct Word {
  const char* text;
  usize length;
};

Word next_word(const char* text, cex_iterator_s* iterator) {
  iterator->initialized = 1;
  usize& at = iterator->idx.i;
  at += strspn(text + at, " ");
  if (text[at] == '\0') {
    iterator->stopped = 1;
    return {};
  }
  const Word word{text + at, strcspn(text + at, " ")};
  at += word.length;
  return word;
}

TEST(Compat, Iter) {
  mem$scope(tmem$, _) {
    arr$(usize) lengths = arr$new(lengths, _);
    arr$(usize) ends = arr$new(ends, _);
    for$iter (Word, it, next_word("to be  or not", &it.iterator)) {
      if (it.val.length == 2 && it.val.text[0] == 'o') continue;
      arr$push(lengths, it.val.length);
      arr$push(ends, it.idx.i);
    }
    ASSERT_EQ(arr$len(lengths), 3u);
    EXPECT_EQ(lengths[2], 3u);
    EXPECT_EQ(ends[1], 5u);
  }
  for$iter (Word, it, next_word("   ", &it.iterator)) FAIL() << "there are no words";
}

TEST(Compat, Overflow) {
  u8 sum = 0;
  EXPECT_FALSE(mem$add_overflow(200, 55, &sum));
  EXPECT_EQ(sum, 255);
  EXPECT_TRUE(mem$add_overflow(200, 56, &sum));
  u32 difference = 0;
  EXPECT_TRUE(mem$sub_overflow(1u, 2u, &difference));
  usize product = 0;
  EXPECT_TRUE(mem$mul_overflow(std::numeric_limits<usize>::max(), usize{2}, &product));
  EXPECT_FALSE(mem$mul_overflow(usize{6}, usize{7}, &product));
  EXPECT_EQ(product, 42u);
}

TEST(Compat, Offsets) {
  struct Pair {
    u32 first;
    u32 second;
  };
  const Pair pair{1, 2};
  [[maybe_unused]] const Pair* p = &pair;
  EXPECT_EQ(mem$offsetof(p, second), 4u);
  // Whatever gives a pointer.
  [[maybe_unused]] const Pair* list[] = {p, p};
  [[maybe_unused]] Pair pairs[2] = {};
  EXPECT_EQ(mem$offsetof((p), second), 4u);
  EXPECT_EQ(mem$offsetof(list[1], second), 4u);
  EXPECT_EQ(mem$offsetof(*list, second), 4u);
  EXPECT_EQ(mem$offsetof(pairs, second), 4u);
  EXPECT_EQ(mem$offsetof(&pairs[1], second), 4u);
  EXPECT_EQ(mem$platform(), static_cast<int>(8 * sizeof(void*)));
}

}  // namespace
