// Each case fails, too, where it leaks: cex::gtest_main sees to that.
#include "words.h"

#include <gtest/gtest.h>

#include "cex/testing.h"

namespace {

constexpr const char* kWords[] = {"one", "two", "one"};

TEST(WordsTest, CountsEachWord) {
  Counts counts;
  ASSERT_TRUE(count_words(mem$, kWords, 3, counts));
  EXPECT_EQ(hm$len(counts), 2U);
  EXPECT_EQ(hm$get(counts, "one"), 2);
  EXPECT_EQ(hm$get(counts, "two"), 1);
  hm$free(counts);
}

TEST(WordsTest, SurvivesOutOfMemory) {
  const auto result = cex::testing::sweep_out_of_memory([](IAllocator a) {
    Counts counts;
    if (!count_words(a, kWords, 3, counts)) return false;
    hm$free(counts);
    return true;
  });
  EXPECT_TRUE(result.ok()) << result.text();
}

TEST(WordsTest, HasTheChecks) { EXPECT_TRUE(cex::kChecked); }

}  // namespace
