// Where the libraries' symbols are global and visible, the first one's cex serves all that come
// later.
#include <stdlib.h>

#include <thread>

#include <gtest/gtest.h>

#include "tempmem/tests/plugin/load.h"
#include "tempmem/tests/plugin/plugin.h"

namespace {

using cex::testing::Plugin;
using Use = decltype(plugin_use_temp);

TEST(GlobalSymbolsTest, TheFirstServesAll) {
  Plugin one("visible", "global_one.so", RTLD_NOW | RTLD_GLOBAL);
  Plugin two("visible", "global_two.so", RTLD_NOW | RTLD_GLOBAL);
  EXPECT_TRUE(one.get<Use>("plugin_use_temp")());
  EXPECT_TRUE(two.get<Use>("plugin_use_temp")());
  std::thread thread([&] {
    EXPECT_TRUE(two.get<Use>("plugin_use_temp")());
    one.unload();
    EXPECT_TRUE(two.get<Use>("plugin_use_temp")());
    two.unload();
  });
  thread.join();
}

// The handlers of the one that serves are to be registered once: they lock.
TEST(GlobalSymbolsTest, ProcessCanFork) {
  Plugin one("visible", "global_one.so", RTLD_NOW | RTLD_GLOBAL);
  Plugin two("visible", "global_two.so", RTLD_NOW | RTLD_GLOBAL);
  EXPECT_EXIT(exit(two.get<Use>("plugin_use_temp")() ? 0 : 1), ::testing::ExitedWithCode(0), "");
}

}  // namespace
