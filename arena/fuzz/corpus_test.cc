// What the fuzzer found worth keeping, run through once.
#include <stdio.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "arena/fuzz/arena_fuzz.h"

namespace {

TEST(ArenaFuzz, Corpus) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator("arena/fuzz/arena_corpus")) {
    if (entry.is_regular_file()) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  size_t operations = 0;
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)),
                            std::istreambuf_iterator<char>());
    fprintf(stderr, "%s\n", path.c_str());  // known before it can crash
    operations +=
        cex::testing::fuzz_arena(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    ASSERT_FALSE(HasFailure()) << path;
  }
  // A corpus that was not found, or that no longer decodes to anything, proves nothing.
  EXPECT_GE(paths.size(), 20u);
  EXPECT_GE(operations, 1000u);
}

}  // namespace
