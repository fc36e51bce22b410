// The mem$ macros: what they return, convert to, and evaluate.
#include <stdint.h>
#include <string.h>

#include <sstream>
#include <type_traits>

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "cex/allocator.h"

namespace {

using u8 = uint8_t;
struct Node {
  Node* next;
  int value;
};

TEST(MemTest, ResultConvertsToAnyObjectPointer) {
  u8* bytes = mem$malloc(mem$, 10);
  Node* node = mem$calloc(mem$, 1, sizeof(Node));
  void* raw = mem$malloc(mem$, 10);
  const char* constant = mem$malloc(mem$, 10);
  char** pointers = mem$malloc(mem$, 4 * sizeof(char*));
  ASSERT_NE(bytes, nullptr);
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->next, nullptr);
  bytes = mem$realloc(mem$, bytes, 20);
  mem$free(mem$, bytes);
  mem$free(mem$, node);
  mem$free(mem$, raw);
  mem$free(mem$, constant);
  mem$free(mem$, pointers);
}

TEST(MemTest, ResultDoesNotConvertToWhatMemoryIsNot) {
  using Function = void (*)();
  EXPECT_FALSE((std::is_convertible_v<cex::MemPtr, int>));
  EXPECT_FALSE((std::is_convertible_v<cex::MemPtr, bool>));
  EXPECT_FALSE((std::is_convertible_v<cex::MemPtr, Function>));
}

TEST(MemTest, ResultComparesAndPrints) {
  EXPECT_EQ(mem$malloc(mem$, 0), nullptr);
  EXPECT_EQ(mem$calloc(mem$, 0, 8), nullptr);
  const cex::MemPtr p = mem$malloc(mem$, 10);
  EXPECT_NE(p, nullptr);
  EXPECT_TRUE(p != nullptr);
  EXPECT_TRUE(nullptr != p);
  EXPECT_TRUE(p);
  EXPECT_FALSE(!p);
  char* same = p;
  EXPECT_EQ(p, same);
  EXPECT_EQ(same, p);
  EXPECT_EQ(p, p);
  EXPECT_NE(p, cex::MemPtr(nullptr));
  std::ostringstream out, expected;
  out << p;
  expected << static_cast<void*>(same);
  EXPECT_EQ(out.str(), expected.str());
  mem$free(mem$, same);
}

TEST(MemTest, ResultServesAsCondition) {
  if (void* p = mem$malloc(mem$, 10)) {
    mem$free(mem$, p);
    EXPECT_EQ(p, nullptr);
  } else {
    FAIL();
  }
}

TEST(MemTest, FreeSetsTheVariableToNull) {
  struct Holder {
    char* field = nullptr;
  } holder;
  holder.field = mem$malloc(mem$, 10);
  mem$free(mem$, holder.field);
  EXPECT_EQ(holder.field, nullptr);
  char* array[2] = {mem$malloc(mem$, 10), nullptr};
  mem$free(mem$, array[0]);
  EXPECT_EQ(array[0], nullptr);
}

TEST(MemTest, FreeTakesWhatIsNoVariable) {
  const auto give = [] { return static_cast<char*>(mem$malloc(mem$, 10)); };
  mem$free(mem$, give());
}

TEST(MemTest, ArgumentsAreEvaluatedOnce) {
  cex::testing::CountingAllocator counting;
  int asked = 0;
  const auto allocator = [&] { return ++asked, counting.allocator(); };
  size_t size = 10;
  char* p = mem$malloc(allocator(), size++);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(size, 11u);
  char* pointers[] = {nullptr, p};
  char** it = pointers + 1;
  *it = mem$realloc(allocator(), *it, size++, alignof(max_align_t));
  EXPECT_EQ(asked, 2);
  mem$free(allocator(), *it--);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(it, pointers);
  EXPECT_EQ(counting.live_blocks(), 0u);
}

// An allocator that gives nothing, and keeps what it was asked for.
size_t seen_size = 0;
size_t seen_align = 0;
void* see(size_t size, size_t align) {
  seen_size = size;
  seen_align = align;
  return nullptr;
}
constexpr Allocator_i kSpy = {
    [](IAllocator, size_t size, size_t align) { return see(size, align); },
    [](IAllocator, size_t n, size_t size, size_t align) { return see(n * size, align); },
    [](IAllocator, void*, size_t size, size_t align) { return see(size, align); },
    [](IAllocator, void*) -> void* { return nullptr; },
    nullptr,
    nullptr,
    nullptr,
    {1, true, false}};

TEST(MemTest, DefaultAlignmentReachesTheAllocator) {
  EXPECT_EQ(mem$malloc(&kSpy, 8), nullptr);
  EXPECT_EQ(seen_align, alignof(max_align_t));
  EXPECT_EQ(mem$calloc(&kSpy, 8, 8, 64), nullptr);
  EXPECT_EQ(seen_align, 64u);
  EXPECT_EQ(mem$realloc(&kSpy, nullptr, 8, 1), nullptr);
  EXPECT_EQ(seen_align, 1u);
}

TEST(MemTest, SizesUpTo2To40AreCarriedExactly) {
  for (size_t bits = 0; bits <= (sizeof(size_t) < 8 ? 29 : 40); ++bits) {
    for (const size_t size : {(size_t{1} << bits), (size_t{1} << bits) + 1}) {
      EXPECT_EQ(mem$malloc(&kSpy, size), nullptr);
      EXPECT_EQ(seen_size, size);
      EXPECT_EQ(mem$calloc(&kSpy, 3, size), nullptr);
      EXPECT_EQ(seen_size, 3 * size);
      EXPECT_EQ(mem$realloc(&kSpy, nullptr, size), nullptr);
      EXPECT_EQ(seen_size, size);
    }
  }
}

TEST(MemTest, IsPowerOf2) {
  EXPECT_FALSE(mem$is_power_of2(0));
  for (size_t bit = 0; bit < 8 * sizeof(size_t); ++bit) {
    EXPECT_TRUE(mem$is_power_of2(size_t{1} << bit));
    if (bit > 1) {
      EXPECT_FALSE(mem$is_power_of2((size_t{1} << bit) - 1));
      EXPECT_FALSE(mem$is_power_of2((size_t{1} << bit) + 1));
    }
  }
  static_assert(mem$is_power_of2(64));
}

TEST(MemTest, AlignedRound) {
  static_assert(mem$aligned_round(100, 64) == 128);
  EXPECT_EQ(mem$aligned_round(0, 64), 0u);
  EXPECT_EQ(mem$aligned_round(1, 64), 64u);
  EXPECT_EQ(mem$aligned_round(64, 64), 64u);
  EXPECT_EQ(mem$aligned_round(65, 64), 128u);
  EXPECT_EQ(mem$aligned_round(7, 1), 7u);
}

TEST(MemTest, AlignedPointer) {
  alignas(64) const char bytes[65] = {};
  EXPECT_TRUE(mem$aligned_pointer(bytes, 64));
  EXPECT_FALSE(mem$aligned_pointer(bytes + 1, 2));
  EXPECT_TRUE(mem$aligned_pointer(bytes + 1, 1));
  EXPECT_TRUE(mem$aligned_pointer(bytes + 8, 8));
  EXPECT_FALSE(mem$aligned_pointer(bytes + 8, 16));
  EXPECT_TRUE(mem$aligned_pointer(bytes + 64, 64));
}

TEST(MemTest, Poison) {
  EXPECT_EQ(mem$asan_enabled(), cex::kChecker == cex::Checker::kAsan);
  char* p = mem$malloc(mem$, 64);
  memset(p, 1, 64);
  mem$asan_poison(p, 64);
  EXPECT_TRUE(mem$asan_poison_check(p, 64));
  mem$asan_unpoison(p, 64);
  EXPECT_EQ(mem$asan_poison_check(p, 64), cex::kChecker == cex::Checker::kNone);
  // Content that was not poisoned stays.
  memset(p, cex::kPoisonByte, 4);
  memset(p + 4, 2, 60);
  mem$asan_unpoison(p, 64);
  EXPECT_EQ(p[63], 2);
  EXPECT_EQ(static_cast<unsigned char>(p[3]), cex::kPoisonByte);
  mem$free(mem$, p);
}

TEST(MemTest, NewWithoutTheCallersLine) {
  Node* node = cex::mem_new<Node>(mem$, nullptr, 3);
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->value, 3);
  cex::mem_free(mem$, node);
}

}  // namespace
