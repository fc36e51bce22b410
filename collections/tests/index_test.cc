// Integers of any width as an index or a count: none becomes another one that would fit.
#include <stdint.h>

#include <gtest/gtest.h>

#include "cex/collections/internal/element.h"
#include "cex/index.h"
#include "cex/site.h"

namespace {

using cex::Count;
using cex::Index;

enum class Letter : uint64_t { kA, kB, kLast = UINT64_MAX };

TEST(IndexTest, OfEveryWidth) {
  EXPECT_EQ(Index(int8_t{5}).value(), 5u);
  EXPECT_EQ(Index(uint64_t{5}).value(), 5u);
  EXPECT_EQ(Index(Letter::kB).value(), 1u);
  EXPECT_EQ(Index(Letter::kLast).value(), SIZE_MAX);
  EXPECT_EQ(Index(-1).value(), SIZE_MAX);
  EXPECT_EQ(Index(int64_t{-1}).value(), SIZE_MAX);
  EXPECT_EQ(Count(int64_t{-1}).value(), SIZE_MAX);
  // Not 3, where a size has 32 bits.
  constexpr uint64_t kWide = (uint64_t{1} << 32) + 3;
  constexpr size_t kValue = sizeof(size_t) < 8 ? SIZE_MAX : static_cast<size_t>(kWide);
  EXPECT_EQ(Index(kWide).value(), kValue);
  EXPECT_EQ(Count(kWide).value(), kValue);
#if defined(__SIZEOF_INT128__) && !defined(__STRICT_ANSI__)
  __extension__ using Huge = __int128;
  EXPECT_EQ(Index(Huge{3}).value(), 3u);
  EXPECT_EQ(Index((Huge{1} << 64) + 3).value(), SIZE_MAX);
  EXPECT_EQ(Count(Huge{-1}).value(), SIZE_MAX);
#endif
}

TEST(IndexDeathTest, ANegativeOneIsReportedAsSuch) {
  const Index index(-1);
  EXPECT_DEATH(cex::detail::die_of_index(cex::Site::current(), "an array", index.value(), 3),
               "an array: index -1 is out of range");
}

}  // namespace
