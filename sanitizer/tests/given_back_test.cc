// Memory that was freed to where it came from has no owner any more: what gets it next
// may use it, code that no tool has instrumented included.
#include <stdlib.h>

#include <map>
#include <memory_resource>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/pmr.h"
#include "cex/sanitizer.h"

namespace {

size_t given_back = 0;

void expect_usable(const void* p, size_t size) {
  const char* const bytes = static_cast<const char*>(p);
  size_t poisoned = 0;
  for (size_t i = 0; i < size; ++i) poisoned += cex::is_poisoned(bytes + i, 1) ? 1 : 0;
  EXPECT_EQ(poisoned, 0u) << "of " << size << " bytes";
  ++given_back;
}

// What an arena takes its pages from.
std::map<void*, size_t> live;
void* take(IAllocator, size_t size, size_t align) {
  void* p = nullptr;
  if (posix_memalign(&p, align, size) != 0) return nullptr;
  live[p] = size;
  return p;
}
void* give(IAllocator, void* p) {
  expect_usable(p, live[p]);
  live.erase(p);
  free(p);
  return nullptr;
}
const Allocator_i backing = {take, nullptr, nullptr, give, nullptr, nullptr, nullptr, {}};

TEST(GivenBackTest, PagesOfAnArena) {
  given_back = 0;
  const IAllocator a = AllocatorArena.create(4096, {.backing = &backing, .retain_bytes = 0});
  ASSERT_NE(a, nullptr);
  mem$scope(a, _) {
    for (int i = 0; i < 100; ++i) ASSERT_NE(mem$malloc(_, 100), nullptr);
    ASSERT_NE(mem$malloc(_, 10'000), nullptr) << "a page of its own";
  }
  AllocatorArena.destroy(a);
  EXPECT_GE(given_back, 4u);
  EXPECT_TRUE(live.empty());
}

class Resource : public std::pmr::memory_resource {
  void* do_allocate(size_t bytes, size_t align) override { return below_->allocate(bytes, align); }
  void do_deallocate(void* p, size_t bytes, size_t align) override {
    expect_usable(p, bytes);
    below_->deallocate(p, bytes, align);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::pmr::memory_resource* below_ = std::pmr::new_delete_resource();
};

TEST(GivenBackTest, BlocksOfAMemoryResource) {
  given_back = 0;
  Resource resource;
  const cex::PmrAllocator pmr(&resource);
  for (size_t align = 1; align <= 64; align *= 8) {
    char* p = mem$malloc(pmr.allocator(), 100, align);
    ASSERT_NE(p, nullptr);
    mem$free(pmr.allocator(), p);
  }
  EXPECT_EQ(given_back, 3u);
}

}  // namespace
