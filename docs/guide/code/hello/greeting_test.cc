#include <gtest/gtest.h>

#include "greeting.h"

TEST(GreetingTest, NamesWhoIsGreeted) {
  char* text = make_greeting(mem$, "test");
  EXPECT_STREQ(text, "Hello, test!");
  mem$free(mem$, text);
}
