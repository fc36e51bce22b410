// The three word counts find the same, and what a slow count finds.
#include "bench/programs/word_count.h"

#include <map>
#include <string>
#include <string_view>

#include "bench/programs/text.h"
#include "gtest/gtest.h"

namespace cex::bench {
namespace {

void expect_all(std::string_view text, uint64_t words, uint64_t different) {
  const WordCount cex = count_words_cex(text);
  EXPECT_EQ(cex.words, words) << text;
  EXPECT_EQ(cex.different, different) << text;
  EXPECT_EQ(count_words_std<Std>(text), cex) << text;
  EXPECT_EQ(count_words_std<StdPmr>(text), cex) << text;
}

TEST(WordCountTest, WordsAreLetters) {
  expect_all("", 0, 0);
  expect_all(" .\n0", 0, 0);
  expect_all("a", 1, 1);
  expect_all("a A.a", 3, 1);
  expect_all("don't", 2, 2);
  expect_all("One two, TWO [three] @`{", 4, 3);
}

TEST(WordCountTest, OrderAndCountsMakeTheSum) {
  EXPECT_NE(count_words_cex("a a b").top, count_words_cex("a b b").top);
  EXPECT_NE(count_words_cex("a b").top, count_words_cex("a a b b").top);
  EXPECT_EQ(count_words_cex("b a").top, count_words_cex("a b").top);
}

TEST(WordCountTest, AgreesWithASlowCount) {
  const std::string text = make_text(100000);
  std::map<std::string, uint64_t> counts;
  std::string word;
  uint64_t words = 0;
  for (const char c : text + " ") {
    if (isalpha(static_cast<unsigned char>(c)) != 0) {
      word += static_cast<char>(tolower(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      ++counts[word];
      ++words;
      word.clear();
    }
  }
  ASSERT_GT(words, 10000U);
  ASSERT_GT(counts.size(), 1000U);
  expect_all(text, words, counts.size());
}

}  // namespace
}  // namespace cex::bench
