// A unit test with a leak check. With //testing:gtest_main it needs no code: a case that leaves a
// block of mem$ unfreed fails, and names the line that allocated it.
//
// The code under test returns early, where leaks are common. The first case takes that return, the
// second fails each allocation in turn, and the third shows the report about a version with a leak.
#include <gtest/gtest.h>

#include <cstring>

#include "cex/collections.h"
#include "cex/testing.h"

namespace {

struct Settings {
  arr$(char*) values;
};

void destroy(IAllocator a, Settings& settings) {
  for$each (value, settings.values) mem$free(a, value);
  arr$free(settings.values);
}

// "a,b,c" as settings; false, and nothing allocated, for an empty one between commas and
// when there is no memory.
bool parse(IAllocator a, const char* text, Settings& settings) {
  if (arr$try_new(settings.values, a) == nullptr) return false;
  for (const char* at = text;;) {
    const size_t length = strcspn(at, ",");
    char* value = length != 0 ? mem$malloc(a, length + 1).operator char*() : nullptr;
    if (value == nullptr || arr$try_push(settings.values, value) == nullptr) {
      mem$free(a, value);
      destroy(a, settings);
      return false;
    }
    memcpy(value, at, length);
    value[length] = '\0';
    if (at[length] == '\0') return true;
    at += length + 1;
  }
}

TEST(LeakCheckTest, ABadSettingLeavesNothingBehind) {
  Settings settings{};
  EXPECT_FALSE(parse(mem$, "a,b,,c", settings));
  EXPECT_EQ(settings.values, nullptr);
}

TEST(LeakCheckTest, OutOfMemoryLeavesNothingBehind) {
  const auto result = cex::testing::sweep_out_of_memory([](IAllocator a) {
    Settings settings{};
    if (!parse(a, "a,b,c", settings)) return false;
    destroy(a, settings);
    return true;
  });
  EXPECT_TRUE(result.ok()) << result.text();
  EXPECT_EQ(result.allocations, 4u);
}

TEST(LeakCheckTest, SaysWhatIsLeft) {
  const cex::testing::LeakCheck check;
  Settings settings{};
  ASSERT_TRUE(parse(mem$, "a,b", settings));
  EXPECT_EQ(check.leaks().blocks, cex::kChecked ? 3u : 0u);
  destroy(mem$, settings);
  EXPECT_FALSE(check.leaks().any());
}

}  // namespace
