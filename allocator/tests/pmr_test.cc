// The bridges to std::pmr and to the standard containers.
#include "cex/pmr.h"

#include <stddef.h>
#include <string.h>

#include <map>
#include <memory_resource>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "allocator/tests/skip_unless.h"
#include "cex/fixed.h"
#include "cex/sanitizer.h"

namespace {

using cex::PmrAllocator;
using cex::PmrResource;
using cex::StdAllocator;
using cex::testing::CountingAllocator;

alignas(64) char buffer[size_t{1} << 20];

TEST(PmrResourceTest, StandardContainersLiveInAScope) {
  const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  const size_t before = AllocatorFixed.stats(a).bytes_in_use;
  mem$scope(a, _) {
    PmrResource resource(_);
    std::pmr::vector<int> numbers(&resource);
    for (int i = 0; i < 1000; ++i) numbers.push_back(i);
    EXPECT_TRUE(AllocatorFixed.owns(a, numbers.data()));
    EXPECT_EQ(numbers[999], 999);
    std::pmr::unordered_map<std::pmr::string, int> counts(&resource);
    for (int i = 0; i < 100; ++i) ++counts[std::pmr::string(50, static_cast<char>('a' + i % 10))];
    EXPECT_EQ(counts.size(), 10u);
    EXPECT_TRUE(AllocatorFixed.owns(a, counts.begin()->first.data()));
    std::pmr::string text("longer than the small string optimization can hold", &resource);
    EXPECT_TRUE(AllocatorFixed.owns(a, text.data()));
  }
  EXPECT_EQ(AllocatorFixed.stats(a).bytes_in_use, before);
  AllocatorFixed.destroy(a);
}

// As in a coroutine, whose frame is aligned to 16 whatever is in it.
TEST(PmrAllocatorTest, MayLieAtAnyAddress) {
  static_assert(alignof(PmrAllocator) <= alignof(max_align_t));
  alignas(64) static unsigned char memory[sizeof(PmrAllocator) + 64];
  for (size_t at = 0; at < 64; at += alignof(PmrAllocator)) {
    auto* const heap = ::new (memory + at) PmrAllocator(std::pmr::new_delete_resource());
    EXPECT_TRUE(mem$aligned_pointer(heap->allocator(), alignof(Allocator_i))) << at;
    char* p = mem$malloc(heap->allocator(), 100);
    mem$free(heap->allocator(), p);
    heap->~PmrAllocator();
  }
}

TEST(PmrAllocatorTest, AToolKnowsWhatIsAroundABlock) {
  using cex::Checker;
  SKIP_UNLESS(cex::kChecker != Checker::kNone && cex::kChecker != Checker::kMsan,
              "of each byte only a tool knows, and MemorySanitizer that it was written");
  PmrAllocator heap(std::pmr::new_delete_resource());
  const IAllocator a = heap.allocator();
  for (const size_t align : {size_t{1}, size_t{16}, size_t{64}}) {
    char* p = mem$malloc(a, 100, align);
    ASSERT_NE(p, nullptr);
    memset(p, 1, 100);
    EXPECT_TRUE(cex::is_poisoned(p - 1, 1)) << align;
    EXPECT_TRUE(cex::is_poisoned(p + 100, 1)) << align;
    EXPECT_FALSE(cex::is_poisoned(p, 100)) << align;
    mem$free(a, p);
  }
}

TEST(PmrResourceTest, WantOfMemoryIsBadAlloc) {
  CountingAllocator counting;
  PmrResource resource(counting.allocator());
  std::pmr::vector<int> numbers({1, 2, 3}, &resource);
  counting.fail(0);
  EXPECT_THROW(numbers.reserve(100), std::bad_alloc);
  EXPECT_EQ(numbers.size(), 3u);
  EXPECT_EQ(numbers[2], 3);
  counting.fail(CountingAllocator::kNever);
  EXPECT_NO_THROW(numbers.reserve(100));
  volatile size_t too_many = SIZE_MAX;  // volatile: compilers know that it is too many
  EXPECT_THROW((void)resource.allocate(too_many, 8), std::bad_alloc);
  EXPECT_THROW((void)resource.allocate(too_many, 4096), std::bad_alloc);
}

TEST(PmrResourceTest, ZeroBytesAreABlock) {
  CountingAllocator counting;
  PmrResource resource(counting.allocator());
  void* const p = resource.allocate(0, 1);
  void* const q = resource.allocate(0, 1);
  EXPECT_NE(p, nullptr);
  EXPECT_NE(p, q);
  resource.deallocate(p, 0, 1);
  resource.deallocate(q, 0, 1);
  EXPECT_EQ(counting.live_blocks(), 0u);
}

TEST(PmrResourceTest, EveryAlignment) {
  CountingAllocator counting;
  PmrResource resource(counting.allocator());
  for (size_t align = 1; align <= size_t{1} << 16; align *= 2) {
    for (const size_t size : {1u, 8u, 100u, 5000u}) {
      void* const p = resource.allocate(size, align);
      EXPECT_TRUE(mem$aligned_pointer(p, align)) << size << " at " << align;
      memset(p, 1, size);
      void* const q = resource.allocate(size, align);
      memset(q, 2, size);
      EXPECT_EQ(static_cast<char*>(p)[size - 1], 1);
      resource.deallocate(p, size, align);
      resource.deallocate(q, size, align);
    }
  }
  EXPECT_EQ(counting.live_blocks(), 0u);
}

// Something that is derived from memory_resource, is no PmrResource, and says
// what another resource says.
class Forwarder : public std::pmr::memory_resource {
 public:
  explicit Forwarder(std::pmr::memory_resource* below) : below_(below) {}

 private:
  void* do_allocate(size_t bytes, size_t align) override { return below_->allocate(bytes, align); }
  void do_deallocate(void* p, size_t bytes, size_t align) override {
    below_->deallocate(p, bytes, align);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override {
    return below_->is_equal(other);
  }
  std::pmr::memory_resource* below_;
};

TEST(PmrResourceTest, ResourcesOverOneAllocatorAreEqual) {
  CountingAllocator one, other;
  PmrResource a(one.allocator()), same(one.allocator()), different(other.allocator());
  EXPECT_TRUE(a.is_equal(a));
  EXPECT_TRUE(a.is_equal(same));
  EXPECT_TRUE(same.is_equal(a));
  EXPECT_TRUE(a == same);
  EXPECT_FALSE(a.is_equal(different));
  EXPECT_FALSE(different.is_equal(a));
  EXPECT_FALSE(a.is_equal(*std::pmr::new_delete_resource()));
  EXPECT_FALSE(std::pmr::new_delete_resource()->is_equal(a));
  std::pmr::monotonic_buffer_resource monotonic(&a);
  EXPECT_FALSE(a.is_equal(monotonic));
  Forwarder forwarder(&a);
  EXPECT_FALSE(a.is_equal(forwarder));
  const PmrResource copy(a);
  EXPECT_TRUE(a.is_equal(copy));
}

// What equality is for: a move between equal resources moves no element.
TEST(PmrResourceTest, ContainersMoveBetweenEqualResources) {
  CountingAllocator counting;
  PmrResource a(counting.allocator()), same(counting.allocator());
  std::pmr::vector<std::pmr::string> from({"one", "two"}, &a);
  const void* const data = from.data();
  std::pmr::vector<std::pmr::string> to(&same);
  to = std::move(from);
  EXPECT_EQ(to.data(), data);
  EXPECT_EQ(to[1], "two");
}

TEST(StdAllocatorTest, WantOfMemoryIsBadAlloc) {
  CountingAllocator counting;
  std::vector<int, StdAllocator<int>> numbers({1, 2, 3}, counting.allocator());
  counting.fail(0);
  EXPECT_THROW(numbers.reserve(100), std::bad_alloc);
  EXPECT_EQ(numbers[2], 3);
  StdAllocator<int> allocator(mem$);
  EXPECT_THROW((void)allocator.allocate(SIZE_MAX / 2), std::bad_alloc);
}

TEST(StdAllocatorTest, NoObjectsHaveAPlaceToo) {
  StdAllocator<int> allocator(mem$);
  int* const p = allocator.allocate(0);
  EXPECT_NE(p, nullptr);
  allocator.deallocate(p, 0);
}

TEST(StdAllocatorTest, KeepsAlignment) {
  struct alignas(64) Line {
    char bytes[64];
  };
  std::vector<Line, StdAllocator<Line>> lines(mem$);
  for (int i = 0; i < 20; ++i) {
    lines.emplace_back();
    ASSERT_TRUE(mem$aligned_pointer(lines.data(), 64));
  }
}

TEST(StdAllocatorTest, EqualityAndPropagation) {
  CountingAllocator one, other;
  const StdAllocator<int> a(one.allocator()), different(other.allocator());
  const StdAllocator<char> same(a);
  EXPECT_TRUE(a == same);
  EXPECT_FALSE(a == different);
  EXPECT_TRUE(a != different);
  using Vector = std::vector<int, StdAllocator<int>>;
  Vector v1({1, 2, 3}, one.allocator()), v2({4}, other.allocator());
  const int* const data = v1.data();
  Vector copy(v1);
  EXPECT_EQ(copy.get_allocator(), a);
  copy = v2;
  EXPECT_EQ(copy.get_allocator(), a) << "copy assignment keeps the container's own";
  swap(v1, v2);
  EXPECT_EQ(v2.data(), data);
  EXPECT_EQ(v2.get_allocator(), a);
  v1 = std::move(v2);
  EXPECT_EQ(v1.data(), data) << "move assignment takes the memory";
  EXPECT_EQ(v1.get_allocator(), a);
}

TEST(PmrAllocatorTest, ContainersOfTheStandardCarryIt) {
  char local[4096];
  std::pmr::monotonic_buffer_resource monotonic(local, sizeof(local),
                                                std::pmr::null_memory_resource());
  const PmrAllocator bridge(&monotonic);
  const IAllocator a = bridge.allocator();
  char* p = mem$malloc(a, 100);
  ASSERT_NE(p, nullptr);
  EXPECT_GE(p, local);
  EXPECT_LT(p, local + sizeof(local));
  EXPECT_EQ(mem$malloc(a, sizeof(local)), nullptr) << "what the resource throws";
  EXPECT_EQ(bridge.resource(), &monotonic);
  mem$free(a, p);
}

// The resource gets each block back with the size and alignment it was asked for.
class Exact : public std::pmr::memory_resource {
 public:
  ~Exact() override { EXPECT_TRUE(live_.empty()); }
  size_t live() const { return live_.size(); }

 private:
  void* do_allocate(size_t bytes, size_t align) override {
    void* const p = std::pmr::new_delete_resource()->allocate(bytes, align);
    live_[p] = {bytes, align};
    return p;
  }
  void do_deallocate(void* p, size_t bytes, size_t align) override {
    EXPECT_EQ(live_.at(p), std::pair(bytes, align));
    live_.erase(p);
    std::pmr::new_delete_resource()->deallocate(p, bytes, align);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
  std::map<void*, std::pair<size_t, size_t>> live_;
};

TEST(PmrAllocatorTest, ResourceIsToldSizesAndAlignments) {
  Exact exact;
  const PmrAllocator bridge(&exact);
  const IAllocator a = bridge.allocator();
  for (size_t align = 1; align <= 64; align *= 2) {
    for (size_t size = 1; size < 200; size += 13) {
      char* p = mem$malloc(a, size, align);
      p = mem$realloc(a, p, size / 2 + 1, align);
      p = mem$realloc(a, p, 2 * size + 50, align);
      ASSERT_NE(p, nullptr);
      char* q = mem$calloc(a, size, 3, align);
      EXPECT_EQ(exact.live(), 2u);
      mem$free(a, q);
      mem$free(a, p);
    }
  }
}

// A block may grow where it lies up to the bytes that it was made with.
TEST(PmrAllocatorTest, GrowsInPlaceUpToJustItsRoom) {
  const PmrAllocator bridge(std::pmr::new_delete_resource());
  const IAllocator a = bridge.allocator();
  char* const p = mem$malloc(a, 100);
  memset(p, 1, 100);
  for (const size_t less : {99u, 50u, 1u}) {
    char* shrunk = mem$realloc(a, p, less);
    ASSERT_EQ(shrunk, p);
  }
  // Under the checks what a block gave up is not its own any more.
  char* grown = mem$realloc(a, p, 100);
  EXPECT_EQ(grown == p, !EXPECT_CHECKED);
  EXPECT_EQ(grown[0], 1);
  char* const before = grown;
  grown = mem$realloc(a, grown, 101);
  EXPECT_NE(grown, before);
  EXPECT_EQ(grown[0], 1);
  mem$free(a, grown);
}

// One pool for all threads: what a block left is the next thread's at once. That of the standard
// has pools for each thread.
class LockedPool : public std::pmr::memory_resource {
  void* do_allocate(size_t bytes, size_t align) override {
    const std::lock_guard lock(mutex_);
    return pool_.allocate(bytes, align);
  }
  void do_deallocate(void* p, size_t bytes, size_t align) override {
    const std::lock_guard lock(mutex_);
    pool_.deallocate(p, bytes, align);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
  std::mutex mutex_;
  std::pmr::unsynchronized_pool_resource pool_;
};

// As thread-safe as its resource.
TEST(PmrAllocatorTest, BlocksGrowInSeveralThreads) {
  LockedPool pool;
  const PmrAllocator bridge(&pool);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([a = bridge.allocator()] {
      for (int round = 0; round < 10'000; ++round) {
        char* p = mem$malloc(a, 100);
        p = mem$realloc(a, p, 300);
        p[299] = 1;
        mem$free(a, p);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(PmrAllocatorTest, HasNoScopes) {
  const PmrAllocator bridge(std::pmr::new_delete_resource());
  EXPECT_FALSE(bridge.allocator()->meta.is_arena);
  EXPECT_EQ(bridge.allocator()->scope_depth(bridge.allocator()), 0u);
}

}  // namespace
