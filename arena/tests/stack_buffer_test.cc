// Blocks that lie on the stack, where AddressSanitizer lifts all poison when an exception is
// thrown: the checks are not misled.
#include <alloca.h>
#include <string.h>

#include <memory_resource>
#include <stdexcept>

#include <gtest/gtest.h>

#include "cex/fixed.h"
#include "cex/pmr.h"

namespace {

constexpr size_t kBytes = 8192;

void throw_and_catch() {
  try {
    throw std::runtime_error("something went wrong");
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "something went wrong");
  }
}

void use(IAllocator a) {
  char* grows = mem$malloc(a, 20);
  char* freed = mem$malloc(a, 30);
  char* kept = mem$malloc(a, 40);
  mem$free(a, freed);
  throw_and_catch();
  char* made = mem$malloc(a, 50);
  ASSERT_NE(made, nullptr);
  memset(made, 1, 50);
  char* grown = mem$realloc(a, grows, 60);
  ASSERT_NE(grown, nullptr);
  mem$free(a, kept);
  throw_and_catch();
  mem$free(a, grown);
  mem$free(a, made);
}

// What alloca() gives lies on the real stack, which AddressSanitizer may replace for variables.
TEST(StackBufferTest, AFixedBuffer) {
  IAllocator a = AllocatorFixed.create(alloca(kBytes), kBytes);
  ASSERT_NE(a, nullptr);
  use(a);
  mem$scope(a, _) {
    use(_);
    throw_and_catch();
  }
  AllocatorFixed.destroy(a);
}

TEST(StackBufferTest, AResource) {
  std::pmr::monotonic_buffer_resource monotonic(alloca(kBytes), kBytes,
                                                std::pmr::null_memory_resource());
  const cex::PmrAllocator bridge(&monotonic);
  use(bridge.allocator());
}

}  // namespace
