// Reports have all their facts where the paths of the user's files are long.
#include <string>

#include <gtest/gtest.h>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/leak_check.h"
#include "cex/site.h"

namespace {

using ::cex::Site;
using ::cex::testing::LeakCheck;

// As Bazel makes them of a library in another repository, and longer.
const std::string& long_path() {
  static const std::string& path = *new std::string([] {
    std::string folders = "bazel-out/k8-fastbuild-ST-a05962b6b06d/bin/external/some_workspace/";
    while (folders.size() < 280) folders += "deeply/nested/";
    return folders + "loader.cc";
  }());
  return path;
}

Site line(int n) { return {long_path().c_str(), n}; }

TEST(LongPathsDeathTest, OfABlockOfTheHeap) {
  char* p = cex::mem_malloc(mem$, 10, 16, line(1));
  char* q = p;
  cex::mem_free(mem$, p, line(2));
  EXPECT_DEATH(cex::mem_free(mem$, q, line(3)),
               "^cex: " + long_path() +
                   ":3: double free.*\n    the block: 10 bytes, allocated at " + long_path() +
                   ":1, freed at " + long_path() + ":2\n");
}

TEST(LongPathsDeathTest, OfABlockOfAnArena) {
  IAllocator arena = AllocatorArena.create(4096);
  char* p = cex::mem_malloc(arena, 10, 16, line(1));
  EXPECT_DEATH(cex::mem_realloc(arena, p, 20, 32, line(2)),
               "^cex: " + long_path() +
                   ":2: realloc with .*\n    the block: 10 bytes.*, allocated at " + long_path() +
                   ":1");
  AllocatorArena.destroy(arena);
}

TEST(LongPathsDeathTest, OfScopes) {
  IAllocator arena = AllocatorArena.create(4096);
  IAllocator ended = nullptr;
  {
    const cex::MemScope scope(arena, line(1));
    ended = scope.allocator();
  }
  EXPECT_DEATH(cex::mem_malloc(ended, 10, 16, line(2)),
               "^cex: " + long_path() + ":2: the allocator of a scope that has ended is used\n" +
                   "    the scope: opened at " + long_path() + ":1, ended at " + long_path() +
                   ":1\n");
  AllocatorArena.destroy(arena);
}

// How many lines of `text` hold `part`.
size_t lines_with(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at)) {
    ++count;
    at = text.find('\n', at);
  }
  return count;
}

TEST(LongPathsDeathTest, OfLeaks) {
  LeakCheck check(line(1));
  char* blocks[50];
  for (char*& p : blocks) p = cex::mem_malloc(mem$, 10, 16, line(2));
  const std::string text = check.leaks().text;
  const size_t listed = lines_with(text, "    10 bytes at 0x");
  EXPECT_EQ(lines_with(text, ", allocated at " + long_path() + ":2\n"), listed);
  EXPECT_GE(listed, 5u);
  EXPECT_DEATH(check.check(), "^cex: " + long_path() + ":1: leak: 50 blocks.*" + long_path() +
                                  ":2\n    and " + std::to_string(50 - listed) + " more\n");
  check.dismiss();
  for (char*& p : blocks) mem$free(mem$, p);
}

}  // namespace
