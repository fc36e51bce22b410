// Memory near the end of the address space, where a block's address and a size are together more
// than an address has bits for. Programs of 64 bits are given none there, and are tested with
// what they have.
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/fixed.h"

namespace {

constexpr size_t kBytes = 64 << 10;

// As near as the system gives it.
char* memory_near_the_end() {
  for (uintptr_t at = UINTPTR_MAX - kBytes + 1; at > UINTPTR_MAX - (uintptr_t{64} << 20);
       at -= kBytes) {
    void* const p = mmap(reinterpret_cast<void*>(at), kBytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == reinterpret_cast<void*>(at)) return static_cast<char*>(p);
    if (p != MAP_FAILED) munmap(p, kBytes);
    if (sizeof(void*) == 8) break;
  }
  return static_cast<char*>(
      mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

class AddressEndTest : public testing::Test {
 protected:
  AddressEndTest() : memory_(memory_near_the_end()) {}
  ~AddressEndTest() override { munmap(memory_, kBytes); }

  bool is_inside(const void* p, size_t size) const {
    const auto* const at = static_cast<const char*>(p);
    return at >= memory_ && at < memory_ + kBytes && size <= kBytes;
  }

  // Whatever is asked for is refused, or lies in the memory.
  void expect_all_refused(IAllocator a) {
    const auto to_end = static_cast<size_t>(UINTPTR_MAX - reinterpret_cast<uintptr_t>(memory_));
    for (const size_t size :
         {kBytes, to_end - 100, to_end - 16, to_end, to_end + 1, to_end + 100, to_end + kBytes,
          size_t{20} << 20, size_t{1} << 30, (size_t{1} << 30) - 1, (size_t{1} << 30) - 64,
          size_t{PTRDIFF_MAX} - 100, size_t{PTRDIFF_MAX}}) {
      if (size < kBytes) continue;
      for (const size_t align : {size_t{0}, size_t{64}}) {
        EXPECT_EQ(mem$malloc(a, size, align), nullptr) << size << " at " << align;
        EXPECT_EQ(mem$calloc(a, 1, size, align), nullptr) << size;
      }
      char* p = mem$malloc(a, 8);
      ASSERT_TRUE(is_inside(p, 8));
      memcpy(p, "content", 8);
      EXPECT_EQ(mem$realloc(a, p, size), nullptr) << size;
      EXPECT_STREQ(p, "content");
      mem$free(a, p);
    }
  }

  char* memory_;
};

#if UINTPTR_MAX == UINT32_MAX
TEST_F(AddressEndTest, MemoryIsNearTheEnd) {
  EXPECT_GT(reinterpret_cast<uintptr_t>(memory_), uintptr_t{0xf0000000});
}

TEST_F(AddressEndTest, ABufferThatWouldEndBeyond) {
  const auto to_end = static_cast<size_t>(UINTPTR_MAX - reinterpret_cast<uintptr_t>(memory_));
  EXPECT_EQ(AllocatorFixed.create(memory_, to_end + kBytes), nullptr);
}
#endif

TEST_F(AddressEndTest, FixedBuffer) {
  const IAllocator a = AllocatorFixed.create(memory_, kBytes);
  ASSERT_NE(a, nullptr);
  expect_all_refused(a);
  mem$scope(a, inner) {
    expect_all_refused(inner);
    expect_all_refused(a);  // at its far end
  }
  expect_all_refused(a);
  // And all of it can be had.
  size_t blocks = 0;
  while (void* const p = mem$malloc(a, 100)) {
    ASSERT_TRUE(is_inside(p, 100));
    ++blocks;
  }
  EXPECT_GT(blocks, kBytes / 100 / 3);
  AllocatorFixed.destroy(a);
}

#ifndef CEX_TEST
// The scope's handle allocates nothing after its end, wherever the arena's memory lies.
TEST_F(AddressEndTest, ScopeThatHasEnded) {
  const IAllocator a = AllocatorFixed.create(memory_, kBytes);
  IAllocator ended = nullptr;
  mem$scope(a, inner) ended = inner;
  for (size_t size = 1; size < 2 * kBytes; size *= 2) EXPECT_EQ(mem$malloc(ended, size), nullptr);
  AllocatorFixed.destroy(a);
}
#endif

TEST_F(AddressEndTest, ArenaOnABuffer) {
  const IAllocator buffer = AllocatorFixed.create(memory_, kBytes);
  const IAllocator a = AllocatorArena.create(4096, {.backing = buffer});
  ASSERT_NE(a, nullptr);
  expect_all_refused(a);
  mem$scope(a, inner) expect_all_refused(inner);
  AllocatorArena.destroy(a);
  AllocatorFixed.destroy(buffer);
}

}  // namespace
