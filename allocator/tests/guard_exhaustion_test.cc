// AllocatorGuard where the system refuses: by the functions that it would ask, and by a limit
// on addresses. And where the backing allocator has no memory.
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "cex/guard.h"
#include "cex/testing.h"

namespace {
bool refuses_mprotect = false;
bool refuses_mmap = false;
}  // namespace

// In the place of the C library's.
extern "C" {
int mprotect(void* p, size_t size, int access) noexcept;
int mprotect(void* p, size_t size, int access) noexcept {
  if (refuses_mprotect) {
    errno = ENOMEM;
    return -1;
  }
  return static_cast<int>(syscall(SYS_mprotect, p, size, access));
}
void* mmap(void* p, size_t size, int access, int flags, int fd, off_t offset) noexcept;
void* mmap(void* p, size_t size, int access, int flags, int fd, off_t offset) noexcept {
  if (refuses_mmap) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  return reinterpret_cast<void*>(syscall(SYS_mmap, p, size, access, flags, fd, offset));
}
}

namespace {

using cex::testing::CountingAllocator;

TEST(GuardExhaustionTest, PassesOnWhereNoMoreMappingsAreToBeHad) {
  const IAllocator guard = AllocatorGuard.create(mem$);
  char* guarded = mem$malloc(guard, 10);
  refuses_mprotect = true;
  char* passed = mem$malloc(guard, 10);
  char* zeroed = mem$calloc(guard, 1, 10);
  refuses_mprotect = false;
  ASSERT_NE(passed, nullptr);
  EXPECT_TRUE(AllocatorGuard.owns(guard, guarded));
  EXPECT_FALSE(AllocatorGuard.owns(guard, passed));
  EXPECT_FALSE(AllocatorGuard.owns(guard, zeroed));
  EXPECT_EQ(AllocatorGuard.stats(guard).no_mapping, 2u);
  char* again = mem$malloc(guard, 10);
  EXPECT_TRUE(AllocatorGuard.owns(guard, again)) << "it recovers";
  for (char* p : {guarded, passed, zeroed, again}) mem$free(guard, p);
  AllocatorGuard.destroy(guard);
}

// Pages of freed blocks that stayed accessible are given out again, and calloc's are to be zero.
TEST(GuardExhaustionTest, AFreedBlockThatStaysAccessible) {
  constexpr size_t kSize = 4096;
  const IAllocator guard =
      AllocatorGuard.create(mem$, {.max_bytes = 1 << 16, .quarantine_bytes = 0});
  for (int i = 0; i < 200; ++i) {
    char* p = mem$calloc(guard, 1, kSize);
    ASSERT_TRUE(AllocatorGuard.owns(guard, p));
    ASSERT_TRUE(p[0] == 0 && memcmp(p, p + 1, kSize - 1) == 0) << i;
    memset(p, 'x', kSize);
    refuses_mmap = true;
    mem$free(guard, p);
    refuses_mmap = false;
  }
  EXPECT_EQ(AllocatorGuard.stats(guard).no_mapping, 0u) << "all were guarded";
  AllocatorGuard.destroy(guard);
}

TEST(GuardExhaustionTest, WithoutAddressesForPages) {
  refuses_mmap = true;
  const IAllocator guard = AllocatorGuard.create(mem$);
  refuses_mmap = false;
  ASSERT_NE(guard, nullptr);
  char* p = mem$malloc(guard, 10);
  memset(p, 1, 10);
  EXPECT_FALSE(AllocatorGuard.owns(guard, p));
  EXPECT_EQ(AllocatorGuard.stats(guard).no_mapping, 1u);
  EXPECT_EQ(AllocatorGuard.stats(guard).guarded, 0u);
  mem$free(guard, p);
  AllocatorGuard.destroy(guard);
}

TEST(GuardExhaustionTest, UnderALimitOnAddresses) {
  EXPECT_EXIT(
      {
        rlimit limit = {};
        limit.rlim_cur = limit.rlim_max = size_t{150} << 20;
        setrlimit(RLIMIT_AS, &limit);
        const IAllocator guard = AllocatorGuard.create(mem$);
        for (int i = 0; i < 100; ++i) {
          char* p = mem$malloc(guard, 10);
          if (p == nullptr) _exit(1);
          mem$free(guard, p);
        }
        _exit(AllocatorGuard.stats(guard).no_mapping == 100 ? 0 : 2);
      },
      testing::ExitedWithCode(0), "");
}

// Each allocation of a program over the guard fails in turn.
TEST(GuardExhaustionTest, OutOfMemorySweep) {
  const auto swept = cex::testing::sweep_out_of_memory([](IAllocator a) {
    const IAllocator guard = AllocatorGuard.create(a, {.max_bytes = 16 << 10});
    if (guard == nullptr) return false;
    bool ok = true;
    std::vector<char*> blocks;
    for (size_t i = 0; i < 10; ++i) {
      char* p = mem$malloc(guard, 100 + i);
      char* grown = nullptr;
      if (p != nullptr) grown = mem$realloc(guard, p, 5000);
      ok = ok && grown != nullptr;
      blocks.push_back(grown != nullptr ? grown : p);
    }
    for (char*& p : blocks) mem$free(guard, p);
    AllocatorGuard.destroy(guard);
    return ok;
  });
  EXPECT_TRUE(swept.ok()) << swept.text();
}

}  // namespace
