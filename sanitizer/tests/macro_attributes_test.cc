// That what a BUILD file says of a cex_cc_test reaches the program: see there for
// the attributes. Those that only Bazel reads are looked at by check_attributes.bzl.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <string>

#include <gtest/gtest.h>

namespace {

int arg_count;
char** arg_values;

std::string variable(const char* name) {
  const char* const value = getenv(name);
  return value != nullptr ? value : "(unset)";
}

std::string content_of(const std::string& path) {
  FILE* const file = fopen(path.c_str(), "r");
  if (file == nullptr) return "(no such file: " + path + ")";
  char text[100] = "";
  const size_t size = fread(text, 1, sizeof(text) - 1, file);
  fclose(file);
  return std::string(text, size);
}

TEST(MacroAttributesTest, Args) {
  ASSERT_EQ(arg_count, 4);
  EXPECT_STREQ(arg_values[1], "one");
  EXPECT_STREQ(arg_values[2], "two words");
}

TEST(MacroAttributesTest, DataAndItsLocationInArgs) {
  EXPECT_EQ(content_of(arg_values[3]), "data of a test\n");
}

TEST(MacroAttributesTest, EnvAndLocationsInIt) {
  EXPECT_EQ(variable("CEX_PLAIN"), "a value");
  EXPECT_EQ(content_of(variable("CEX_LOCATION")), "data of a test\n");
}

TEST(MacroAttributesTest, Size) { EXPECT_EQ(variable("TEST_SIZE"), "small"); }

TEST(MacroAttributesTest, Timeout) {
  // 900 seconds for "long", or what --test_timeout makes of it; "short" is less.
  EXPECT_GE(atoi(variable("TEST_TIMEOUT").c_str()), 900);
}

TEST(MacroAttributesTest, ShardCount) { EXPECT_EQ(variable("TEST_TOTAL_SHARDS"), "2"); }

TEST(MacroAttributesTest, DefinesAndCopts) {
#if defined(CEX_FROM_COPTS) && defined(CEX_FROM_DEFINES)
  SUCCEED();
#else
  FAIL() << "copts or local_defines did not reach the compiler";
#endif
}

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (getenv("TEST_SIZE") == nullptr) {
    printf("run by hand: the attributes of a test are not there\n");
    return 0;
  }
  arg_count = argc;
  arg_values = argv;
  return RUN_ALL_TESTS();
}
