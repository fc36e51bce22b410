// What cex asks of the system.
#include "cex/sanitizer/internal/system.h"

#include <errno.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

// Advice may be refused: here there is no memory.
TEST(SystemTest, AdviceLeavesErrnoAsItWas) {
  errno = 12345;
  cex::detail::advise_huge_pages(reinterpret_cast<void*>(sysconf(_SC_PAGESIZE)), 1);
  EXPECT_EQ(errno, 12345);
}

}  // namespace
