// A test with one case, which passes.
#include <gtest/gtest.h>

TEST(OneCase, Passes) {}
