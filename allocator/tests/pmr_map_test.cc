// The bridges carry std::map. Its nodes are linked by code that the C++ library has compiled, and
// where that is not instrumented, MemorySanitizer takes the links for uninitialized.
#include <functional>
#include <map>
#include <memory_resource>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "cex/fixed.h"
#include "cex/pmr.h"

namespace {

using cex::PmrResource;
using cex::StdAllocator;
using cex::testing::CountingAllocator;

alignas(64) char buffer[size_t{1} << 20];

template <typename Map>
void expect_that_it_lives_in(IAllocator a, Map* map) {
  using Text = typename Map::mapped_type;
  for (int i = 0; i < 100; ++i) map->emplace(i * 37 % 100, Text(100, 'x', map->get_allocator()));
  EXPECT_EQ(map->size(), 100u);
  int expected = 0;
  for (const auto& [key, text] : *map) {
    EXPECT_EQ(key, expected++);
    EXPECT_TRUE(AllocatorFixed.owns(a, &key));
    EXPECT_TRUE(AllocatorFixed.owns(a, text.data()));
  }
  for (int i = 0; i < 100; i += 2) EXPECT_EQ(map->erase(i), 1u);
  EXPECT_EQ(map->find(50), map->end());
  EXPECT_EQ(map->at(51).size(), 100u);
}

TEST(PmrResourceTest, MapLivesInAScope) {
  const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  mem$scope(a, _) {
    PmrResource resource(_);
    std::pmr::map<int, std::pmr::string> map(&resource);
    expect_that_it_lives_in(a, &map);
  }
  AllocatorFixed.destroy(a);
}

TEST(PmrResourceTest, MapGivesEverythingBack) {
  CountingAllocator counting;
  {
    PmrResource resource(counting.allocator());
    std::pmr::map<int, int> map({{1, 2}, {3, 4}}, &resource);
    EXPECT_EQ(counting.live_blocks(), 2u);
  }
  EXPECT_EQ(counting.live_blocks(), 0u);
}

TEST(StdAllocatorTest, NoObjectsHaveAPlaceToo) {
  StdAllocator<int> allocator(mem$);
  int* const p = allocator.allocate(0);
  EXPECT_NE(p, nullptr);
  allocator.deallocate(p, 0);
}

TEST(StdAllocatorTest, MapLivesInAScope) {
  const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  mem$scope(a, _) {
    using Text = std::basic_string<char, std::char_traits<char>, StdAllocator<char>>;
    std::map<int, Text, std::less<>, StdAllocator<std::pair<const int, Text>>> map(_);
    expect_that_it_lives_in(a, &map);
  }
  AllocatorFixed.destroy(a);
}

}  // namespace
