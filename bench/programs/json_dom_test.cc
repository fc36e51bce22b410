// All three DOMs take the same documents, refuse the same, and say the same of them.
#include "bench/programs/json_dom.h"

#include <map>
#include <string>
#include <string_view>

#include "bench/programs/json_input.h"
#include "gtest/gtest.h"

namespace cex::bench {
namespace {

template <typename Dom>
class JsonDomTest : public testing::Test {
 protected:
  static bool takes(std::string_view text) { return Dom().parse(text); }

  static uint64_t sum(std::string_view text) {
    Dom dom;
    EXPECT_TRUE(dom.parse(text)) << text << ": " << dom.error().what;
    return dom.checksum();
  }

  static std::string refusal(std::string_view text) {
    Dom dom;
    if (dom.parse(text)) return "taken";
    return std::to_string(dom.error().at) + ": " + dom.error().what;
  }
};

using Doms = testing::Types<CexJson, StdJson<Std>, StdJson<StdPmr>>;
TYPED_TEST_SUITE(JsonDomTest, Doms);

TYPED_TEST(JsonDomTest, Takes) {
  for (const std::string_view text : {"null",
                                      "true",
                                      " false ",
                                      "0",
                                      "-0",
                                      "-0.0e+0",
                                      "12.5",
                                      "[]",
                                      "{}",
                                      "[ ]",
                                      "{ }",
                                      "[1,2]",
                                      "[[],[[]]]",
                                      R"({"":0})",
                                      R"({"a":{"b":[{}]}})",
                                      "\t\r\n [1]\n",
                                      R"("\u0000")",
                                      R"("\"\\\/\b\f\n\r\t")",
                                      R"("\uD83D\uDE00")",
                                      "\"\x7f\"",
                                      "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
                                      "1e308",
                                      "1e-400",
                                      "0e999999",
                                      "0.0e99999",
                                      "-1e-99999999999999999999",
                                      "123456789012345678901234567890"}) {
    EXPECT_TRUE(this->takes(text)) << text;
  }
}

TYPED_TEST(JsonDomTest, Refuses) {
  for (const std::string_view text : {"",
                                      " ",
                                      "nul",
                                      "nulll",
                                      "True",
                                      "NaN",
                                      "Infinity",
                                      "-",
                                      "+1",
                                      "01",
                                      "-01",
                                      "1.",
                                      ".5",
                                      "1e",
                                      "1e+",
                                      "0x1",
                                      "1 2",
                                      "[1",
                                      "[1,",
                                      "[1,]",
                                      "[,1]",
                                      "[1 2]",
                                      "]",
                                      "{",
                                      "{]",
                                      "{\"a\"",
                                      "{\"a\":",
                                      "{\"a\":1",
                                      "{\"a\":1,",
                                      "{\"a\":1,}",
                                      "{\"a\" 1}",
                                      "{a:1}",
                                      "{1:1}",
                                      "{,}",
                                      "\"",
                                      "\"a",
                                      "\"\\\"",
                                      "\"\\",
                                      "\"\\x\"",
                                      "\"\\u12\"",
                                      "\"\\u12g4\"",
                                      "'a'",
                                      "\"\n\"",
                                      "\"\t\"",
                                      "\"\\uD800\"",
                                      "\"\\uD800x\"",
                                      "\"\\uD800\\n\"",
                                      "\"\\uD800\\u0041\"",
                                      "\"\\uDC00\"",
                                      "\"\\u",
                                      "// c\n1",
                                      "\xef\xbb\xbf\x31",
                                      "1e400",
                                      "-1e400",
                                      "1e99999999999999",
                                      "\"\x80\"",
                                      "\"\xc3\"",
                                      "\"\xc0\x80\"",
                                      "\"\xed\xa0\x80\"",
                                      "\"\xf4\x90\x80\x80\"",
                                      "\"\xf8\x88\x80\x80\x80\"",
                                      "\"\xe2\x82\"",
                                      "\"\xf0\x8f\x80\x80\"",
                                      "\"\\n\x80\"",
                                      "\"\\n\n\""}) {
    EXPECT_FALSE(this->takes(text)) << text;
  }
  using std::string_view_literals::operator""sv;
  EXPECT_FALSE(this->takes("\0"sv));
  EXPECT_FALSE(this->takes("\"\0\""sv));
  EXPECT_FALSE(this->takes("1\0"sv));
}

TYPED_TEST(JsonDomTest, SaysWhereAndWhy) {
  EXPECT_EQ(this->refusal("[1,\n ?]"), "5: no value");
  EXPECT_EQ(this->refusal("[1 2]"), "3: neither , nor ] after an element");
  EXPECT_EQ(this->refusal("{\"a\" 1}"), "5: no : after a name");
  EXPECT_EQ(this->refusal("\"\\q\""), "2: an unknown escape");
  EXPECT_EQ(this->refusal("1 x"), "2: something follows the value");
}

TYPED_TEST(JsonDomTest, HasALimitOfDepth) {
  constexpr int kMost = JsonParser<TypeParam>::kMostDeep;
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']');
  };
  EXPECT_TRUE(this->takes(nested(kMost)));
  EXPECT_EQ(this->refusal(nested(kMost + 1)), std::to_string(kMost) + ": too deep");
  EXPECT_EQ(this->refusal(std::string(1000000, '[')), std::to_string(kMost) + ": too deep");
  std::string objects;
  for (int i = 0; i <= kMost; ++i) objects += "{\"a\":";
  EXPECT_NE(this->refusal(objects).find("too deep"), std::string::npos);
}

TYPED_TEST(JsonDomTest, EqualDocumentsHaveEqualSums) {
  EXPECT_EQ(this->sum(R"({"a": 1, "b": [2]})"), this->sum(R"({"b":[2.0],"a":1e0})"));
  EXPECT_EQ(this->sum(R"("\u0041\u00e9\u20ac\ud83d\ude00\/")"),
            this->sum("\"A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80/\""));
  EXPECT_EQ(this->sum("-0"), this->sum("0"));
  EXPECT_EQ(this->sum(R"({"a": 1, "a": 2, "b": 3, "a": 4})"), this->sum(R"({"a": 4, "b": 3})"));
}

TYPED_TEST(JsonDomTest, OtherDocumentsHaveOtherSums) {
  const std::string_view texts[] = {"null",
                                    "true",
                                    "false",
                                    "0",
                                    "1",
                                    "\"\"",
                                    "\"0\"",
                                    "[]",
                                    "{}",
                                    "[0]",
                                    "[[]]",
                                    "[0,0]",
                                    "[0,1]",
                                    "[1,0]",
                                    "{\"\":0}",
                                    "{\"0\":0}",
                                    "[{}]",
                                    "\"null\"",
                                    "[null]",
                                    "{\"a\":{\"b\":1}}",
                                    "{\"b\":{\"a\":1}}",
                                    "\"\\u0000\""};
  std::map<uint64_t, std::string_view> seen;
  for (const std::string_view text : texts) {
    const auto [it, is_new] = seen.emplace(this->sum(text), text);
    EXPECT_TRUE(is_new) << text << " and " << it->second;
  }
}

// No prefix of a document is one, and none is read past its end.
TYPED_TEST(JsonDomTest, RefusesEveryPrefix) {
  const std::string text = make_json(1);
  const size_t size = text.find_last_not_of('\n') + 1;
  for (size_t n = 0; n < size; ++n) {
    const std::string prefix(text, 0, n);
    EXPECT_FALSE(this->takes(prefix)) << prefix;
  }
  EXPECT_TRUE(this->takes(text.substr(0, size)));
}

TEST(JsonDomsTest, AgreeOnALargeDocument) {
  const std::string text = make_json(200000);
  CexJson cex;
  StdJson<Std> std;
  StdJson<StdPmr> pmr;
  ASSERT_TRUE(cex.parse(text));
  ASSERT_TRUE(std.parse(text));
  ASSERT_TRUE(pmr.parse(text));
  EXPECT_EQ(cex.checksum(), std.checksum());
  EXPECT_EQ(cex.checksum(), pmr.checksum());
}

}  // namespace
}  // namespace cex::bench
