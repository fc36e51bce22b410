// Each malloc is its own: what one hands out is not the C library's, and `malloc` is.
#include "bench/malloc_peers.h"

#include <malloc.h>
#include <string.h>

#include <type_traits>

#include "gtest/gtest.h"

namespace cex::bench {
namespace {

size_t libc_bytes() { return mallinfo2().uordblks; }

constexpr size_t kSize = 10000;

TEST(MallocPeersTest, OnlyTheLibrarysOwnTakesFromIt) {
  for_each_malloc([]<typename Heap>() {
    SCOPED_TRACE(Heap::kName);
    const size_t before = libc_bytes();
    void* const block = Heap::get(kSize);
    const size_t taken = libc_bytes() - before;
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(taken >= kSize, (std::is_same_v<Heap, LibcHeap>)) << taken;
    Heap::put(block);
  });
}

TEST(MallocPeersTest, MallocAndNewStayTheLibrarys) {
  size_t before = libc_bytes();
  void* const block = malloc(kSize);
  EXPECT_GE(libc_bytes() - before, kSize);
  free(block);
  before = libc_bytes();
  char* const array = new char[kSize];
  EXPECT_GE(libc_bytes() - before, kSize);
  delete[] array;
}

TEST(MallocPeersTest, ResizeKeepsTheContent) {
  for_each_malloc([]<typename Heap>() {
    SCOPED_TRACE(Heap::kName);
    char* block = static_cast<char*>(Heap::get(16));
    memcpy(block, "0123456789abcde", 16);
    block = static_cast<char*>(Heap::resize(block, kSize));
    EXPECT_STREQ(block, "0123456789abcde");
    Heap::put(block);
  });
}

}  // namespace
}  // namespace cex::bench
