/// @file
/// guard_all_blocks(): each block of a program with the checks ends at a page that can't be
/// touched.
///
/// ```cpp
/// int main(int argc, char** argv) {
///   cex::testing::guard_all_blocks();
///   ::testing::InitGoogleTest(&argc, argv);
///   cex::testing::install_gtest_checks();
///   return RUN_ALL_TESTS();
/// }
/// ```
///
/// The checks of CEX_TEST find a stray write when the block is looked at next, and a stray
/// read not at all. With this they find both, at that very instruction, without
/// AddressSanitizer or Valgrind: blocks of mem$, of tmem$ and of arenas over mem$ are then
/// those of cex/guard.h, each one guarded. Allocating takes microseconds, and a page for each
/// block; up to 24,000 blocks that are live have one, and what there is beyond is checked as
/// without. Other checks stay as they are.
///
/// Blocks of the default alignment end at the page whatever their size is, and are aligned
/// no more than that is: so a read of the byte behind a text is found. UBSan reports code that
/// relies on more.
#ifndef CEX_TESTING_GUARD_ALL_BLOCKS_H_
#define CEX_TESTING_GUARD_ALL_BLOCKS_H_

namespace cex::testing {

/// Guards the blocks that are made from now on, until the program ends. Returns whether it
/// does: false in a build without the checks, or for AddressSanitizer, MemorySanitizer or
/// Valgrind, and where the system has no addresses for it. Thread-safe.
bool guard_all_blocks();

}  // namespace cex::testing

#endif  // CEX_TESTING_GUARD_ALL_BLOCKS_H_
