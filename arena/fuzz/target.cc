// libFuzzer's entry.
#include <gtest/gtest.h>

#include "arena/fuzz/arena_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // An assertion that fails ends the program.
  static const bool is_set = [] {
    GTEST_FLAG_SET(break_on_failure, true);
    return true;
  }();
  return is_set && cex::testing::fuzz_arena(data, size) == SIZE_MAX ? -1 : 0;
}
