// cex_cc_test decides how the test and all below it are compiled.
#include <gtest/gtest.h>

#include "cex/build_mode.h"
#include "sanitizer/tests/mode_of_library.h"

namespace {

// EXPECT_CHECKED comes from the BUILD file, by the `checks` attribute alone: the
// command line has no say in it.
TEST(MacroModeTest, TheTestIsAsItsAttributeSays) { EXPECT_EQ(cex::kChecked, EXPECT_CHECKED); }

TEST(MacroModeTest, SoIsALibraryBelowIt) { EXPECT_EQ(is_library_checked(), EXPECT_CHECKED); }

}  // namespace
