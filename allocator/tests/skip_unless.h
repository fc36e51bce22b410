// SKIP_UNLESS: a case that one of the builds or tools has no part in.
#ifndef CEX_ALLOCATOR_TESTS_SKIP_UNLESS_H_
#define CEX_ALLOCATOR_TESTS_SKIP_UNLESS_H_

#include <gtest/gtest.h>

// Skips the case where `condition` is false, and says why. First in the case.
#define SKIP_UNLESS(condition, why) \
  if (!(condition)) GTEST_SKIP() << (why)

#endif  // CEX_ALLOCATOR_TESTS_SKIP_UNLESS_H_
