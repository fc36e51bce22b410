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
/// //testing:gtest_main is just that. A case fails, by name, which leaves blocks of
/// mem$ unfreed, leaves a scope of tmem$ open, or wrote where take_damage() finds it:
/// past an end of a live block, or to memory that was freed or whose scope has ended. The
/// next case starts clean: what one case left is not counted against another.
///
/// A case that an ASSERT_… ended early is not checked for leaks, since it did not
/// get to free. Blocks that are to outlive their case (a cache that fills on first use)
/// are made under an AllowLeaks.
///
/// All this in CEX_TEST builds; in others it does nothing.
#ifndef CEX_TESTING_GTEST_CHECKS_H_
#define CEX_TESTING_GTEST_CHECKS_H_

namespace cex::testing {

/// Installs the checks, once, however often it is called. To be called before
/// RUN_ALL_TESTS(), in the thread that calls that.
void install_gtest_checks();

}  // namespace cex::testing

#endif  // CEX_TESTING_GTEST_CHECKS_H_
