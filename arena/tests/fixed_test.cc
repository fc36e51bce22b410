// AllocatorFixed: an allocator over the caller's memory.
#include "cex/fixed.h"

#include <stdint.h>
#include <string.h>

#include <gtest/gtest.h>

namespace {

constexpr size_t kBytes = 8192;
alignas(64) char buffer[kBytes];

// Used before main(), by the constructor of a global.
alignas(64) char early_buffer[kBytes];
struct Early {
  Early() : a(AllocatorFixed.create(early_buffer, kBytes)) {
    text = mem$malloc(a, 6);
    if (text != nullptr) strcpy(text, "early");
  }
  IAllocator a;
  char* text;
} early;

TEST(FixedTest, WorksBeforeMain) {
  ASSERT_NE(early.a, nullptr);
  EXPECT_STREQ(early.text, "early");
  EXPECT_TRUE(AllocatorFixed.owns(early.a, early.text));
}

TEST(FixedTest, BlocksLieInTheBuffer) {
  const IAllocator a = AllocatorFixed.create(buffer, kBytes);
  ASSERT_NE(a, nullptr);
  EXPECT_GE(reinterpret_cast<const char*>(a), buffer);
  for (int i = 0; i < 10; ++i) {
    char* p = mem$malloc(a, 100);
    ASSERT_NE(p, nullptr);
    EXPECT_GE(p, buffer);
    EXPECT_LE(p + 100, buffer + kBytes);
    EXPECT_TRUE(AllocatorFixed.owns(a, p));
    EXPECT_TRUE(AllocatorFixed.owns(a, p + 99));
  }
  char other = 0;
  EXPECT_FALSE(AllocatorFixed.owns(a, &other));
  const uintptr_t before =
      reinterpret_cast<uintptr_t>(buffer) - 1;  // no pointer that arithmetic may make
  EXPECT_FALSE(AllocatorFixed.owns(a, reinterpret_cast<const void*>(before)));
  EXPECT_FALSE(AllocatorFixed.owns(a, buffer + kBytes));
  EXPECT_FALSE(AllocatorFixed.owns(a, nullptr));
  AllocatorFixed.destroy(a);
}

TEST(FixedTest, OnTheStack) {
  char local[4096];
  const IAllocator a = AllocatorFixed.create(local, sizeof(local));
  ASSERT_NE(a, nullptr);
  mem$scope(a, _) {
    char* p = mem$malloc(_, 1000);
    ASSERT_NE(p, nullptr);
    memset(p, 1, 1000);
  }
  AllocatorFixed.destroy(a);
  memset(local, 1, sizeof(local));  // plain memory again
}

TEST(FixedTest, FullGivesNullAndTheRestStaysUsable) {
  const IAllocator a = AllocatorFixed.create(buffer, kBytes);
  size_t blocks = 0;
  char* last = nullptr;
  while (char* p = mem$malloc(a, 100)) {
    last = p;
    memset(p, static_cast<int>(++blocks), 100);
  }
  EXPECT_GE(blocks, 25u);
  EXPECT_EQ(mem$malloc(a, kBytes), nullptr);
  EXPECT_EQ(mem$calloc(a, 1, 2000), nullptr);
  EXPECT_EQ(mem$realloc(a, last, 2000), nullptr) << "does not fit";
  EXPECT_EQ(last[99], static_cast<char>(blocks)) << "and is as it was";
  EXPECT_NE(mem$realloc(a, last, 50), nullptr);
  EXPECT_LE(AllocatorFixed.stats(a).bytes_in_use, kBytes);
  AllocatorFixed.destroy(a);
}

TEST(FixedTest, ScopesMakeRoomAgain) {
  const IAllocator a = AllocatorFixed.create(buffer, kBytes);
  for (int i = 0; i < 1000; ++i) {
    mem$scope(a, _) {
      ASSERT_NE(mem$malloc(_, 3000), nullptr) << "round " << i;
      mem$scope(_, _) {
        ASSERT_NE(mem$malloc(_, 3000), nullptr) << "round " << i;
      }
    }
  }
  const cex::AllocatorStats stats = AllocatorFixed.stats(a);
  EXPECT_EQ(stats.bytes_in_use, 0u);
  EXPECT_GE(stats.bytes_peak, 6000u);
  EXPECT_EQ(stats.scopes_entered, 2000u);
  EXPECT_EQ(stats.pages_created, 1u);
  EXPECT_LE(stats.bytes_reserved, kBytes);
  AllocatorFixed.destroy(a);
}

TEST(FixedTest, LastBlockGrowsInPlaceToTheEnd) {
  const IAllocator a = AllocatorFixed.create(buffer, kBytes);
  char* const first = mem$malloc(a, 10);
  ASSERT_NE(first, nullptr);
  char* p = mem$malloc(a, 1);
  p[0] = 'x';
  char* const before = p;
  size_t size = 1;
  while (char* grown = mem$realloc(a, p, size + 1)) {
    ASSERT_EQ(grown, before);
    p = grown;
    ++size;
  }
  EXPECT_GE(size, kBytes - cex::kFixedOverhead - 100);
  EXPECT_EQ(p[0], 'x');
  p = mem$realloc(a, p, 1);
  EXPECT_EQ(p, before);
  EXPECT_NE(mem$malloc(a, 1000), nullptr) << "what it gave up is free again";
  AllocatorFixed.destroy(a);
}

TEST(FixedTest, TooSmallOrNoBuffer) {
  EXPECT_EQ(AllocatorFixed.create(nullptr, kBytes), nullptr);
  EXPECT_EQ(AllocatorFixed.create(buffer, 200), nullptr);
  EXPECT_EQ(AllocatorFixed.create(buffer, SIZE_MAX), nullptr);
  AllocatorFixed.destroy(nullptr);
}

// At every size it either says that there is no room, or has some.
TEST(FixedTest, EverySizeIsRefusedOrWorks) {
  for (size_t size = 0; size < 2 * cex::kFixedOverhead; ++size) {
    memset(buffer, 0x11, kBytes);
    const IAllocator a = AllocatorFixed.create(buffer, size);
    if (size >= cex::kFixedOverhead + 64) {
      ASSERT_NE(a, nullptr) << size << " is what the header promises";
    }
    if (a == nullptr) continue;
    char* p = mem$malloc(a, 64);
    ASSERT_NE(p, nullptr) << size;
    memset(p, 1, 64);
    AllocatorFixed.destroy(a);
    for (size_t i = size; i < size + 100; ++i) ASSERT_EQ(buffer[i], 0x11) << "beyond the buffer";
  }
}

TEST(FixedTest, EveryMisalignment) {
  for (size_t offset = 0; offset < 130; ++offset) {
    memset(buffer, 0x11, kBytes);
    const IAllocator a = AllocatorFixed.create(buffer + offset, 4096);
    ASSERT_NE(a, nullptr);
    for (size_t align = 1; align <= 64; align *= 2) {
      char* p = mem$malloc(a, 50, align);
      ASSERT_NE(p, nullptr);
      EXPECT_TRUE(mem$aligned_pointer(p, align));
      memset(p, 1, 50);
    }
    while (char* p = mem$malloc(a, 16)) memset(p, 2, 16);
    AllocatorFixed.destroy(a);
    for (size_t i = 0; i < offset; ++i) ASSERT_EQ(buffer[i], 0x11) << "before the buffer";
    for (size_t i = offset + 4096; i < kBytes; ++i) ASSERT_EQ(buffer[i], 0x11) << "behind it";
  }
}

// The bytes of the largest block for which there is room in the last of so many rounds of scopes
// with blocks of an outer one at the far end.
size_t room_in_round(int rounds, char* memory) {
  const IAllocator a = AllocatorFixed.create(memory, kBytes - 64);
  size_t size = 0;
  for (; rounds > 0; --rounds) {
    mem$scope(a, one)
      mem$scope(one, two) {
        EXPECT_NE(mem$malloc(one, 200), nullptr);
        EXPECT_NE(mem$malloc(one, 200), nullptr);
        mem$scope(two, three) EXPECT_NE(mem$malloc(three, 10), nullptr);
        for (size = kBytes; size > 0 && mem$malloc(two, size) == nullptr;) --size;
      }
  }
  AllocatorFixed.destroy(a);
  return size;
}

// The levels of deeper scopes lie there, too, in front of blocks that may begin anywhere.
TEST(FixedTest, LevelsEndBeforeTheBlocksBehindThem) {
  for (size_t offset = 0; offset < 64; ++offset) {
    EXPECT_EQ(room_in_round(2, buffer + offset), room_in_round(1, buffer + offset)) << offset;
  }
}

// The block around the buffer stays what it was, whether the allocator is ended or not.
TEST(FixedTest, InABlockOfTheHeap) {
  for (const bool is_ended : {true, false}) {
    char* memory = mem$malloc(mem$, 4000);
    ASSERT_NE(memory, nullptr);
    const IAllocator a = AllocatorFixed.create(memory, 4000);
    ASSERT_NE(mem$malloc(a, 100), nullptr);
    if (is_ended) AllocatorFixed.destroy(a);
    mem$free(mem$, memory);
  }
}

TEST(FixedTest, InABufferThatWasUsedBefore) {
  for (size_t offset = 0; offset < 1024; offset += 64) {
    const IAllocator a = AllocatorFixed.create(buffer + offset, 6000);
    char* p = mem$malloc(a, 100);
    ASSERT_NE(p, nullptr);
    memset(p, 1, 100);
  }
  AllocatorFixed.destroy(AllocatorFixed.create(buffer, kBytes));
}

}  // namespace
