/// @file
/// guard_all_blocks(): in a program with the checks, each block ends at a page that can't be
/// accessed.
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
/// The checks of CEX_TEST find a write outside of a block only when they next verify the block, and
/// never find such a read. With guard_all_blocks() they find both, at the instruction that does it,
/// without AddressSanitizer or Valgrind: each block of mem$, of tmem$ and of arenas over mem$ is
/// guarded as in cex/guard.h. An allocation takes microseconds and at least a page. Up to 24,000
/// live blocks are guarded; further ones are checked as usual. The other checks are unchanged.
///
/// Blocks of the default alignment end at the page whatever their size, so that a read of the byte
/// behind a text is found. Their alignment is only that of their size, and UBSan reports code that
/// relies on more.
#ifndef CEX_TESTING_GUARD_ALL_BLOCKS_H_
#define CEX_TESTING_GUARD_ALL_BLOCKS_H_

namespace cex::testing {

/// Guards all blocks that are allocated from now on, until the program ends. Returns false, and
/// does nothing, in a build without the checks, in builds for AddressSanitizer, MemorySanitizer or
/// Valgrind, and if the system has no addresses for it. Thread-safe.
bool guard_all_blocks();

}  // namespace cex::testing

#endif  // CEX_TESTING_GUARD_ALL_BLOCKS_H_
