#include <gtest/gtest.h>

#include "docs/guide/code/hello/greeting.h"
#include "docs/snippets/runner.h"

namespace {

#define NamesWhoIsGreeted DISABLED_NamesWhoIsGreeted
// [leaks]
#line 5 "greeting_test.cc"
TEST(GreetingTest, NamesWhoIsGreeted) {
  char* text = make_greeting(mem$, "test");
  EXPECT_STREQ(text, "Hello, test!");
}
// [end]
#undef NamesWhoIsGreeted

TEST(GettingStarted, Leaks) {
  guide::expect_failure("GreetingTest.DISABLED_NamesWhoIsGreeted", R"(
greeting_test.cc:5: Failure
Failed
cex: in GreetingTest.NamesWhoIsGreeted: leak: 1 block, 13 bytes of mem$ not freed
    13 bytes at …, allocated at …:…
)");
}

}  // namespace
