// main() of a test program whose cases are checked for leaks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cex/gtest_checks.h"

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);  // and GoogleTest with it
  cex::testing::install_gtest_checks();
  return RUN_ALL_TESTS();
}
