// Memory for the records of CEX_TEST, apart from the program's.
#include <stdint.h>
#include <string.h>

#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "cex/sanitizer/internal/record_pool.h"

namespace cex::detail {
namespace {

bool is_aligned(const void* p) { return reinterpret_cast<uintptr_t>(p) % RecordPool::kUnit == 0; }

// Small and large ones at once: they lie apart, hold what is written, and are used again.
TEST(RecordPoolTest, BlocksOfAllSizes) {
  RecordPool pool;
  const size_t sizes[] = {
      0, 1, 63, 64, 65, 500, RecordPool::kLargestSmall, RecordPool::kLargestSmall + 1, 100'000};
  std::vector<char*> blocks;
  for (const size_t size : sizes) {
    blocks.push_back(static_cast<char*>(pool.allocate(size)));
    ASSERT_TRUE(is_aligned(blocks.back())) << size;
    memset(blocks.back(), static_cast<int>(blocks.size()), size);
  }
  for (size_t i = 0; i < blocks.size(); ++i) {
    for (size_t k = 0; k < sizes[i]; ++k) ASSERT_EQ(blocks[i][k], static_cast<char>(i + 1));
  }
  for (size_t i = 0; i < blocks.size(); ++i) pool.deallocate(blocks[i], sizes[i]);
  EXPECT_EQ(pool.allocate(500), blocks[5]);
  const void* const first = pool.allocate(60);
  EXPECT_TRUE(first == blocks[0] || first == blocks[1] || first == blocks[2] || first == blocks[3]);
}

// More than one chunk of them: none is given twice.
TEST(RecordPoolTest, MoreThanAChunk) {
  RecordPool pool;
  std::set<void*> blocks;
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(blocks.insert(pool.allocate(100)).second);
}

TEST(RecordPoolTest, Containers) {
  RecordPool pool;
  using Entry = std::pair<const int, int>;
  std::map<int, int, std::less<>, RecordAllocator<Entry>> map{&pool};
  std::vector<int, RecordAllocator<int>> numbers;  // pages of its own
  for (int i = 0; i < 10'000; ++i) {
    map[i] = i;
    numbers.push_back(i);
    if (i >= 100) map.erase(i - 100);
  }
  EXPECT_EQ(map.size(), 100u);
  EXPECT_EQ(map.at(9'999), 9'999);
  EXPECT_EQ(numbers[5'000], 5'000);
}

}  // namespace
}  // namespace cex::detail
