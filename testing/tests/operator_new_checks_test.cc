// GoogleTest's checks in a program whose operator new is mem$: they count nothing of their own.
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace {

TEST(OperatorNewChecksTest, ACaseWhoseNameIsTooLongToLieInAStringItself) {
  const auto text = std::make_unique<std::string>("too long to lie in the object itself");
  EXPECT_EQ(text->size(), 36u);
}

TEST(OperatorNewChecksTest, AnotherCaseOfThatSuite) {}

}  // namespace
