// main() of a test program whose cases are checked for leaks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <stdlib.h>

#include "cex/build_mode.h"
#include "cex/gtest_checks.h"

namespace {

// Without the checks a test passes whatever it leaks, which is meant only where it says so.
bool is_allowed() {
  return cex::kChecked || GTEST_FLAG_GET(list_tests) || getenv("CEX_ALLOW_UNCHECKED") != nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);  // and GoogleTest with it
  if (!is_allowed()) {
    fputs("cex: this test is built without CEX_TEST: use cex_cc_test, or set CEX_ALLOW_UNCHECKED\n",
          stderr);
    return 1;
  }
  cex::testing::install_gtest_checks();
  return RUN_ALL_TESTS();
}
