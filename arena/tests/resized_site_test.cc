// A block is "allocated at" the line that gave it its size: also where it was resized, in place
// or not, in every allocator.
#include <string>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/pmr.h"
#include "cex/sanitizer.h"

namespace {

void overwrite(char* p) {
  cex::unpoison_defined(p, 1);
  *static_cast<volatile char*>(p) = 1;
}

void expect_line_of_resizing(IAllocator a) {
  const std::string here = ", allocated at arena/tests/resized_site_test.cc:";
  for (const size_t size : {10u, 100u, 90u, 5000u}) {
    char* p = mem$malloc(a, 50);
    const int line = __LINE__ + 1;
    p = mem$realloc(a, p, size);
    ASSERT_NE(p, nullptr);
    EXPECT_DEATH(
        {
          overwrite(p + size);
          mem$free(a, p);
        },
        "    the block: " + std::to_string(size) + " bytes" + here + std::to_string(line))
        << size;
    mem$free(a, p);
  }
}

TEST(ResizedSiteDeathTest, OfEveryAllocator) {
  expect_line_of_resizing(mem$);
  mem$arena(4096, arena) expect_line_of_resizing(arena);
  alignas(64) static char buffer[1 << 16];
  const IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  expect_line_of_resizing(fixed);
  mem$scope(fixed, _) expect_line_of_resizing(_);
  AllocatorFixed.destroy(fixed);
#ifdef CEX_DETAIL_HAS_PMR
  std::pmr::monotonic_buffer_resource resource;
  const cex::PmrAllocator bridge(&resource);
  expect_line_of_resizing(bridge.allocator());
#endif
}

}  // namespace
