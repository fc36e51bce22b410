/// @file
/// Testing aids: leak checks, and out of memory on demand.
///
/// ```cpp
/// TEST(SettingsTest, FreesAllItAllocates) {
///   cex::testing::LeakCheck check;                          // ends the program on a leak
///   cex::testing::FailingAllocator failing(mem$, {.byte_budget = 10000});
///   Settings settings;
///   EXPECT_FALSE(settings.load(failing.allocator(), "large settings"));
/// }
/// TEST(SettingsTest, SurvivesOutOfMemory) {
///   const auto result = cex::testing::sweep_out_of_memory(load_and_free_settings);
///   EXPECT_TRUE(result.ok()) << result.text();
/// }
/// ```
///
/// None of this needs GoogleTest. With GoogleTest, depend on `//testing:gtest_main` in place of
/// `@googletest//:gtest_main`, and each test case is checked for leaks. A program that has a main()
/// of its own calls install_gtest_checks() of cex/gtest_checks.h.
#ifndef CEX_TESTING_TESTING_H_
#define CEX_TESTING_TESTING_H_

#include "cex/failing_allocator.h"  // IWYU pragma: export
#include "cex/guard_all_blocks.h"   // IWYU pragma: export
#include "cex/leak_check.h"         // IWYU pragma: export
#include "cex/oom_sweep.h"          // IWYU pragma: export

#endif  // CEX_TESTING_TESTING_H_
