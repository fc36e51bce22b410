// The allocators, compiled together with this file without exceptions and RTTI.
#include <string.h>

#include <memory_resource>
#include <vector>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/pmr.h"
#include "cex/tempmem.h"

#ifdef __cpp_exceptions
#error "this file is to be compiled with -fno-exceptions"
#endif
#ifdef __cpp_rtti
#error "this file is to be compiled with -fno-rtti"
#endif

namespace {

alignas(64) char buffer[65536];

bool works(IAllocator a) {
  bool is_good = true;
  for (size_t align = 1; align <= 64; align *= 2) {
    char* p = mem$malloc(a, 100, align);
    is_good = is_good && p != nullptr;
    memset(p, 1, 100);
    p = mem$realloc(a, p, 10'000, align);
    is_good = is_good && p != nullptr && p[99] == 1;
    mem$free(a, p);
    is_good = is_good && mem$malloc(a, SIZE_MAX, align) == nullptr;
  }
  struct Point {
    int x, y;
  };
  Point* point = mem$new(a, Point, 1, 2);
  is_good = is_good && point != nullptr && point->y == 2;
  mem$free(a, point);
  return is_good;
}

TEST(NoExceptionsTest, Heap) { EXPECT_TRUE(works(mem$)); }

TEST(NoExceptionsTest, Arena) {
  const IAllocator a = AllocatorArena.create(4096);
  for (int i = 0; i < 10; ++i) {
    mem$scope(a, _) {
      EXPECT_TRUE(works(_));
      if (i == 5) break;
    }
  }
  EXPECT_EQ(AllocatorArena.stats(a).bytes_in_use, 0u);
  AllocatorArena.destroy(a);
  mem$arena(4096, _) EXPECT_TRUE(works(_));
}

TEST(NoExceptionsTest, Fixed) {
  const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  mem$scope(a, _) EXPECT_NE(mem$malloc(_, 1000), nullptr);
  AllocatorFixed.destroy(a);
}

TEST(NoExceptionsTest, Temp) {
  mem$scope(tmem$, _) EXPECT_TRUE(works(_));
  EXPECT_EQ(cex::temp_stats().bytes_in_use, 0u);
}

TEST(NoExceptionsTest, BridgeToPmr) {
  mem$scope(tmem$, _) {
    cex::PmrResource resource(_);
    std::pmr::vector<int> numbers(100, 7, &resource);
    EXPECT_EQ(numbers[99], 7);
    std::vector<int, cex::StdAllocator<int>> others(100, 8, _);
    EXPECT_EQ(others[99], 8);
  }
}

TEST(NoExceptionsTest, BridgeFromPmr) {
  const cex::PmrAllocator bridge(std::pmr::new_delete_resource());
  EXPECT_TRUE(works(bridge.allocator()));
}

// A class without type information, which a dynamic_cast would stumble over.
class Untyped : public std::pmr::memory_resource {
  void* do_allocate(size_t, size_t) override { return nullptr; }
  void do_deallocate(void*, size_t, size_t) override {}
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

TEST(NoExceptionsTest, ResourcesCompare) {
  const cex::PmrResource a(mem$), same(mem$), different(tmem$);
  const Untyped untyped;
  EXPECT_TRUE(a.is_equal(same));
  EXPECT_FALSE(a.is_equal(different));
  EXPECT_FALSE(a.is_equal(untyped));
  EXPECT_FALSE(a.is_equal(*std::pmr::new_delete_resource()));
}

TEST(NoExceptionsTest, NullFromAResourceThatCannotThrow) {
  Untyped untyped;
  const cex::PmrAllocator bridge(&untyped);
  EXPECT_EQ(mem$malloc(bridge.allocator(), 100), nullptr);
}

// Where nothing can be thrown, out of memory ends the program.
TEST(NoExceptionsDeathTest, ContainersWithoutMemory) {
  const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  cex::PmrResource resource(a);
  std::pmr::vector<int> numbers(&resource);
  EXPECT_DEATH(numbers.reserve(1'000'000),
               "cex: .*: out of memory: a std container asked for 4000000 bytes at alignment 4");
  std::vector<int, cex::StdAllocator<int>> others(a);
  EXPECT_DEATH(others.reserve(1'000'000),
               "cex: .*: out of memory: a std container asked for 4000000 bytes at alignment 4");
  AllocatorFixed.destroy(a);
}

}  // namespace
