// What CEX_TEST reports through the bridges, to the line.
#include <string.h>

#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/fixed.h"
#include "cex/leak_check.h"
#include "cex/pmr.h"

namespace {

using cex::Checker;
using cex::kChecker;
using cex::testing::hide;
using cex::testing::scribble;

class PmrMisuseDeathTest : public testing::Test {
 protected:
  ~PmrMisuseDeathTest() override { mem$free(a_, p_); }
  std::pmr::monotonic_buffer_resource monotonic_;
  const cex::PmrAllocator bridge_{&monotonic_};
  const IAllocator a_ = bridge_.allocator();
  char* p_ = mem$malloc(a_, 100);
};

TEST_F(PmrMisuseDeathTest, AllocatorAfterItsEnd) {
  std::pmr::monotonic_buffer_resource resource;  // frees the block that stays
  std::optional<cex::PmrAllocator> over(std::in_place, &resource);
  const IAllocator a = over->allocator();
  char* p = mem$malloc(a, 10);
  over.reset();
  EXPECT_REPORT((void)mem$malloc(a, 10), "the allocator at ");
  EXPECT_REPORT(p = mem$realloc(a, p, 20), "the allocator at ");
  EXPECT_REPORT(mem$free(a, p), "the allocator at ");
}

TEST_F(PmrMisuseDeathTest, BlocksOfAnotherBridge) {
  std::pmr::monotonic_buffer_resource resource;
  const cex::PmrAllocator other(&resource), same(&monotonic_);
  EXPECT_REPORT(mem$free(other.allocator(), p_), "free of a pointer that this allocator does not");
  EXPECT_REPORT(mem$free(same.allocator(), p_), "free of a pointer that this allocator does not");
}

TEST_F(PmrMisuseDeathTest, WritesToWhatABlockGaveUp) {
  p_ = mem$realloc(a_, p_, 10);
  for (const size_t offset : {10u, 11u, 50u, 99u, 100u}) {
    char* q = hide(p_);
    EXPECT_STRAY_WRITE_REPORT(scribble(q + offset, 1), mem$free(a_, q), "write past the end of a");
    EXPECT_STRAY_WRITE_REPORT(scribble(q + offset, 1), mem$realloc(a_, q, 90),
                              "write past the end");
  }
}

[[maybe_unused]] void overflow(IAllocator a) {
  char* p = mem$malloc(a, 32);
  scribble(p + 32, 1);
}

[[maybe_unused]] void underflow(IAllocator a) {
  char* p = mem$malloc(a, 32, 64);
  scribble(p - 40, 1);
}

[[maybe_unused]] void write_after_free(IAllocator a) {
  char* p = mem$malloc(a, 32);
  char* q = hide(p);
  mem$free(a, p);
  scribble(q, 1);
}

[[maybe_unused]] void write_after_growth(IAllocator a) {
  char* p = mem$malloc(a, 32);
  char* q = hide(p);
  p = mem$realloc(a, p, 100);
  scribble(q + 31, 1);
}

// Found when the bridge goes, and reported with the line of its making.
TEST_F(PmrMisuseDeathTest, WritesAroundABlockThatIsNeverFreed) {
  std::pmr::memory_resource* const heap = std::pmr::new_delete_resource();
  EXPECT_STRAY_WRITE_REPORT(const cex::PmrAllocator bridge(heap), overflow(bridge.allocator()),
                            "write past the end of a block at");
  EXPECT_STRAY_WRITE_REPORT(const cex::PmrAllocator bridge(heap), underflow(bridge.allocator()),
                            "write before the start of a block at");
}

TEST_F(PmrMisuseDeathTest, WritesToFreedMemory) {
  const cex::PmrAllocator bridge(std::pmr::new_delete_resource());
  const IAllocator a = bridge.allocator();
  EXPECT_STRAY_WRITE_REPORT(write_after_free(a), cex::testing::LeakCheck().check(),
                            "write to freed memory at");
  EXPECT_STRAY_WRITE_REPORT(write_after_growth(a), cex::testing::LeakCheck().check(),
                            "write to freed memory at");
}

// A freed block is looked at, too, when it leaves the quarantine.
TEST_F(PmrMisuseDeathTest, WritesToFreedMemoryThatLeavesTheQuarantine) {
  const cex::PmrAllocator bridge(std::pmr::new_delete_resource());
  const IAllocator a = bridge.allocator();
  char* p = mem$malloc(a, 32);
  char* q = hide(p);
  mem$free(a, p);
  char* large = mem$malloc(a, size_t{20} << 20);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 31, 1), mem$free(a, large), "write to freed memory at");
  mem$free(a, large);
}

// For a block that a release() takes: what a tool knows of blocks that were not freed it keeps, so
// it gets to see freed ones only.
void leave_to_release(IAllocator a, char* p) {
  if (kChecker != Checker::kPattern) mem$free(a, p);
}

// Nothing is known any more of memory that a resource was released with.
TEST_F(PmrMisuseDeathTest, ReleasedResourcesAreNotLookedAt) {
  alignas(64) char buffer[4096];
  std::pmr::monotonic_buffer_resource resource(buffer, sizeof(buffer));
  {
    const cex::PmrAllocator bridge(&resource);
    const IAllocator a = bridge.allocator();
    for (int frame = 0; frame < 3; ++frame) {
      char* freed = mem$malloc(a, 100);
      char* left = mem$malloc(a, 100, 64);
      freed = mem$realloc(a, freed, 200);
      mem$free(a, freed);
      leave_to_release(a, left);
      resource.release();
    }
    memset(buffer, 1, sizeof(buffer));
  }
  {
    const cex::PmrAllocator bridge(&resource);
    const IAllocator a = bridge.allocator();
    char* p = mem$malloc(a, 10);
    char* left = mem$malloc(a, 10);
    mem$free(a, p);
    leave_to_release(a, left);
    resource.release();
    memset(resource.allocate(1000), 1, 1000);
    p = mem$malloc(a, 1000);
    mem$free(a, p);
  }
}

// What lay where a new block lies is no block any more.
TEST_F(PmrMisuseDeathTest, BlocksFromBeforeARelease) {
  alignas(64) char buffer[1024];
  std::pmr::monotonic_buffer_resource resource(buffer, sizeof(buffer));
  const cex::PmrAllocator bridge(&resource);
  const IAllocator a = bridge.allocator();
  (void)hide(static_cast<char*>(mem$malloc(a, 200)));
  char* q = hide(static_cast<char*>(mem$malloc(a, 200)));
  resource.release();
  char* p = mem$malloc(a, 800);
  memset(p, 1, 800);
  EXPECT_REPORT(mem$free(a, q), "free of a pointer into the middle of a block");
  mem$free(a, p);
}

// Nor is what was there still to be read, by a handle of an array for one.
TEST_F(PmrMisuseDeathTest, FreedMemoryIsOverwritten) {
  if constexpr (kChecker == Checker::kPattern) {
    memset(p_, 1, 100);
    const unsigned char* q = reinterpret_cast<unsigned char*>(hide(p_));
    p_ = mem$realloc(a_, p_, 1000);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(q[i], cex::kPoisonByte);
  }
}

// The resource is used by others, too.
TEST_F(PmrMisuseDeathTest, SharedResources) {
  std::pmr::vector<int> numbers(&monotonic_);
  const cex::PmrAllocator bridge(&monotonic_);
  char* p = mem$malloc(bridge.allocator(), 10);
  numbers.resize(100);
  mem$free(bridge.allocator(), p);
  p = mem$malloc(bridge.allocator(), 10);
  numbers.resize(200);
  p = mem$realloc(bridge.allocator(), p, 100);
  mem$free(bridge.allocator(), p);
}

TEST_F(PmrMisuseDeathTest, Scopes) {
  EXPECT_REPORT(mem$scope(a_, _){}, "mem$scope on an allocator without scopes");
  EXPECT_DEATH(a_->scope_enter(a_), "cex: .*over a memory_resource, which has no scopes");
  EXPECT_DEATH(a_->scope_exit(a_), "cex: .*over a memory_resource, which has no scopes");
}

TEST(PmrResourceDeathTest, OverAnAllocatorThatIsGone) {
  alignas(64) static char buffer[8192];
  const IAllocator gone = AllocatorFixed.create(buffer, sizeof(buffer));
  const int made = __LINE__ + 1;
  cex::PmrResource resource(gone);
  void* const p = resource.allocate(10);
  void* const over_aligned = resource.allocate(10, 128);
  void* const empty = resource.allocate(0);
  AllocatorFixed.destroy(gone);
  EXPECT_REPORT_AT((void)resource.allocate(10), made, "the allocator at ");
  EXPECT_REPORT_AT(resource.deallocate(p, 10), made, "the allocator at ");
  EXPECT_REPORT_AT(resource.deallocate(over_aligned, 10, 128), made, "the allocator at ");
  EXPECT_REPORT_AT(resource.deallocate(empty, 0), made, "the allocator at ");
}

// A container's misuse is reported with the line where its allocator was made.
TEST_F(PmrMisuseDeathTest, ContainersNameTheLineOfTheirAllocator) {
  char* volatile stray = nullptr;
  const int made = __LINE__ + 1;
  cex::StdAllocator<char> allocator(mem$);
  stray = allocator.allocate(10);
  char* const p = stray;
  allocator.deallocate(p, 10);
  EXPECT_REPORT_AT(allocator.deallocate(hide(p), 10), made, "double free: free of a block");
}

// Alignments that no IAllocator gives: the block lies in a larger one.
class PmrOverAlignedDeathTest : public testing::Test {
 protected:
  ~PmrOverAlignedDeathTest() override { resource_.deallocate(p_, 64, 128); }
  void write(ptrdiff_t offset) { scribble(hide(p_) + offset, 1); }
  void free() { resource_.deallocate(hide(p_), 64, 128); }

  static constexpr int kMade = 1234;
  cex::PmrResource resource_{mem$, {__FILE__, kMade}};
  char* p_ = static_cast<char*>(resource_.allocate(64, 128));
};

TEST_F(PmrOverAlignedDeathTest, WritesPastTheEnd) {
  for (const ptrdiff_t offset : {64, 65, 72, 100, 127, 128, 191}) {
    EXPECT_STRAY_WRITE_REPORT_AT(write(offset), free(), kMade, "write past the end of a block at");
  }
}

// Wherever the block happens to lie in the larger one.
TEST_F(PmrOverAlignedDeathTest, WritesToTheElementBehind) {
  void* blocks[8];
  for (void*& p : blocks) {
    p = resource_.allocate(64, 128);
    EXPECT_STRAY_WRITE_REPORT_AT(scribble(static_cast<char*>(p) + 64 + 127, 1),
                                 resource_.deallocate(p, 64, 128), kMade, "write past the end of");
  }
  for (void* const p : blocks) resource_.deallocate(p, 64, 128);
}

TEST_F(PmrOverAlignedDeathTest, WritesBeforeTheStart) {
  for (const ptrdiff_t offset : {1, 8, 9, 16, 17, 24, 64, 128}) {
    EXPECT_STRAY_WRITE_REPORT_AT(write(-offset), free(), kMade, "write before the start of a");
  }
}

TEST_F(PmrOverAlignedDeathTest, ReportNamesWhereTheResourceWasMade) {
  if constexpr (kChecker != Checker::kPattern) return;
  const std::string made = "allocator/tests/pmr_misuse_test.cc:" + std::to_string(kMade);
  EXPECT_DEATH(
      {
        write(64);
        free();
      },
      "the block: 64 bytes, allocated at " + made);
}

TEST_F(PmrOverAlignedDeathTest, NotTheStartOfABlock) {
  EXPECT_REPORT_AT(resource_.deallocate(hide(p_) + 16, 64, 128), kMade,
                   "free of a pointer into the middle of a block");
  void* const less = resource_.allocate(64, 64);
  void* const q = resource_.allocate(64, 128);
  resource_.deallocate(q, 64, 128);
  EXPECT_DEATH(resource_.deallocate(q, 64, 128), "double free: free of a block");
  resource_.deallocate(less, 64, 64);
}

// Correct use, with every size of what is left on both sides, over allocators with guards
// and one without.
TEST(PmrOverAlignedTest, EveryByteOfABlockIsUsable) {
  std::pmr::unsynchronized_pool_resource pool;
  const cex::PmrAllocator bridge(&pool);
  for (const IAllocator a : {IAllocator{mem$}, bridge.allocator()}) {
    cex::PmrResource resource(a);
    for (const size_t align : {128u, 256u, 4096u}) {
      for (size_t size = 0; size < 40; ++size) {
        void* const p = resource.allocate(size, align);
        void* const q = resource.allocate(size + 100, align);
        memset(p, 1, size);
        memset(q, 2, size + 100);
        resource.deallocate(p, size, align);
        resource.deallocate(q, size + 100, align);
      }
    }
  }
}

TEST(PmrResourceDeathTest, BadAlignments) {
  volatile size_t bad = 3;  // which compilers must not know
  const int made = __LINE__ + 1;
  cex::PmrResource resource(mem$);
  for (const size_t bytes : {0u, 10u}) {
    EXPECT_REPORT_AT((void)resource.allocate(bytes, bad), made, "bad alignment 3: it is a power");
  }
}

TEST(PmrEmptyBlockDeathTest, Writes) {
  const int made = __LINE__ + 1;
  cex::PmrResource resource(mem$);
  for (const size_t align : {1u, 16u, 64u, 128u}) {
    char* const p = static_cast<char*>(resource.allocate(0, align));
    EXPECT_STRAY_WRITE_REPORT_AT(scribble(p, 1), resource.deallocate(p, 0, align), made,
                                 "write past the end of a block at");
    resource.deallocate(p, 0, align);
  }
}

}  // namespace
