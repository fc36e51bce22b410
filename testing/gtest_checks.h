/// @file
/// Memory checks at the end of each GoogleTest case.
///
/// ```cpp
/// int main(int argc, char** argv) {
///   ::testing::InitGoogleTest(&argc, argv);
///   cex::testing::install_gtest_checks();
///   return RUN_ALL_TESTS();
/// }
/// ```
///
/// //testing:gtest_main is this program. A case fails, by name, if it leaves blocks of mem$
/// unfreed, leaves a scope of tmem$ open, or wrote outside of its blocks: past an end of a live
/// block, to freed memory, or to memory whose scope has ended. The next case starts clean: what one
/// case left is not counted against another. What SetUpTestSuite() allocates and
/// TearDownTestSuite() does not free fails the suite; what an environment leaves behind fails the
/// program.
///
/// A case that an ASSERT_… ended early is not checked for leaks, since it did not get to free.
/// Allocate blocks that outlive their case (a cache that fills on first use) under an AllowLeaks.
///
/// This works in CEX_TEST builds; in others it does nothing.
#ifndef CEX_TESTING_GTEST_CHECKS_H_
#define CEX_TESTING_GTEST_CHECKS_H_

namespace cex::testing {

/// Installs the checks; further calls do nothing. Call it before RUN_ALL_TESTS(), in the same
/// thread.
void install_gtest_checks();

}  // namespace cex::testing

#endif  // CEX_TESTING_GTEST_CHECKS_H_
