// Shared libraries that have each a cex of its own, as the program has, and are unloaded.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/tempmem.h"
#include "tempmem/tests/plugin/load.h"
#include "tempmem/tests/plugin/plugin.h"

namespace {

using cex::testing::Plugin;

using Use = decltype(plugin_use_temp);
using Join = decltype(plugin_join);

class PluginTest : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Kinds, PluginTest, testing::Values("visible", "hidden"));

TEST_P(PluginTest, UnloadedBeforeAThreadThatUsedIt) {
  Plugin plugin(GetParam(), "unloaded.so");
  Use* const use = plugin.get<Use>("plugin_use_temp");
  ASSERT_NE(use, nullptr);
  std::atomic<int> step = 0;
  std::thread thread([&] {
    EXPECT_TRUE(use());
    step = 1;
    while (step != 2) std::this_thread::yield();
  });
  while (step != 1) std::this_thread::yield();
  plugin.unload();
  step = 2;
  thread.join();
}

TEST_P(PluginTest, UsedByAThreadThatWentBefore) {
  Plugin plugin(GetParam(), "before.so");
  Use* const use = plugin.get<Use>("plugin_use_temp");
  std::thread([use] { EXPECT_TRUE(use()); }).join();
  plugin.unload();
  Plugin again(GetParam(), "before.so");
  EXPECT_TRUE(again.get<Use>("plugin_use_temp")());
}

TEST_P(PluginTest, OnlyTempKeepsItLoaded) {
  Plugin plugin(GetParam(), "heap.so");
  EXPECT_TRUE(plugin.get<Use>("plugin_use_heap")());
  EXPECT_TRUE(plugin.is_loaded());
  plugin.unload();
  EXPECT_FALSE(plugin.is_loaded());
  const pid_t child = fork();
  if (child == 0) _exit(7);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 7) << "nor is anything of it called";
  Plugin with_temp(GetParam(), "temp.so");
  EXPECT_TRUE(with_temp.get<Use>("plugin_use_temp")());
  with_temp.unload();
  EXPECT_TRUE(with_temp.is_loaded());
}

TEST_P(PluginTest, TwoHaveATempEach) {
  const Plugin one(GetParam(), "one.so");
  const Plugin two(GetParam(), "two.so");
  const auto use_all = [&] {
    mem$scope(tmem$, _) {
      EXPECT_TRUE(one.get<Use>("plugin_use_temp")());
      EXPECT_TRUE(two.get<Use>("plugin_use_temp")());
      EXPECT_EQ(cex::temp_stats().scope_depth, 1u);
    }
  };
  use_all();
  std::thread(use_all).join();
}

// An IAllocator goes from one to the other.
TEST_P(PluginTest, TheProgramsAllocators) {
  const Plugin one(GetParam(), "one.so");
  const Plugin two(GetParam(), "two.so");
  Join* const join_one = one.get<Join>("plugin_join");
  Join* const join_two = two.get<Join>("plugin_join");
  mem$arena(4096, arena) {
    mem$scope(tmem$, _) {
      for (const IAllocator a : {arena, _}) {
        for (int i = 0; i < 100; ++i) {
          char* text = join_one(a, "a plugin", " joins");
          EXPECT_STREQ(join_two(a, text, " twice"), "a plugin joins twice");
          EXPECT_STREQ(text, "a plugin joins");
          text = mem$realloc(a, text, 1000);
          EXPECT_STREQ(text, "a plugin joins");
          mem$free(a, text);
        }
        EXPECT_NE(mem$malloc(a, 100), nullptr);
      }
    }
  }
}

// A block of mem$ that goes from one to the other is freed through the handle that it came
// from. The checks report another library's mem$, which is the C library's heap as well.
TEST(PluginSymbolsTest, BlocksOfTheHeap) {
  const Plugin one("hidden", "one.so");
  char* text = one.get<decltype(plugin_copy)>("plugin_copy")(mem$, "from a plugin");
  EXPECT_STREQ(text, "from a plugin");
  text = mem$realloc(mem$, text, 1000);
  mem$free(mem$, text);
  text = mem$malloc(mem$, 10);
  const auto free_there = one.get<decltype(plugin_free)>("plugin_free");
#ifdef CEX_TEST
  EXPECT_DEATH(free_there(text),
               "cex: tempmem/tests/plugin/plugin.cc:[0-9]+: free of a pointer that "
               "this allocator does not own: .*\n    it is no block of mem");
  mem$free(mem$, text);
#else
  free_there(text);
#endif
}

}  // namespace
