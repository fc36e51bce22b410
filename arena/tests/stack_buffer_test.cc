// Blocks that lie on the stack, where AddressSanitizer lifts all poison when an exception is
// thrown: the checks are not misled.
#include <alloca.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/fixed.h"
#include "cex/pmr.h"

namespace {

using cex::testing::hide;

constexpr size_t kBytes = 8192;

// AddressSanitizer may put variables elsewhere than on the stack. Not in this test.
[[gnu::constructor]] void use_the_real_stack(int, char** argv, char**) {
  const char* const options = getenv("ASAN_OPTIONS");
  std::string real = options != nullptr ? options : "";
  const size_t at = real.find("detect_stack_use_after_return=1");
  if (at == std::string::npos) return;
  real[real.find('=', at) + 1] = '0';
  setenv("ASAN_OPTIONS", real.c_str(), 1);
  execv("/proc/self/exe", argv);
}

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

#ifdef CEX_DETAIL_HAS_PMR
TEST(StackBufferTest, AResource) {
  std::pmr::monotonic_buffer_resource monotonic(alloca(kBytes), kBytes,
                                                std::pmr::null_memory_resource());
  const cex::PmrAllocator bridge(&monotonic);
  use(bridge.allocator());
}

#endif

// Not inlined: the buffer is gone when they return, and what ends with it says nothing.
[[gnu::noinline]] void leave_a_fixed_buffer() {
  alignas(64) char buffer[kBytes];
  IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  ASSERT_NE(a, nullptr);
  char* freed = mem$malloc(a, 100);
  mem$scope(a, scope) {
    EXPECT_NE(mem$malloc(scope, 1000), nullptr);
  }
  mem$free(a, freed);
  EXPECT_NE(mem$malloc(a, 50), nullptr);
}

[[gnu::noinline]] void leave_a_resource() {
  [[maybe_unused]] char buffer[kBytes];
#ifdef CEX_DETAIL_HAS_PMR
  std::pmr::monotonic_buffer_resource monotonic(buffer, sizeof(buffer),
                                                std::pmr::null_memory_resource());
  const cex::PmrAllocator bridge(&monotonic);
  char* freed = mem$malloc(bridge.allocator(), 100);
  mem$free(bridge.allocator(), freed);
#endif
}

[[gnu::noinline]] void write_to_the_stack() {
  char bytes[2 * kBytes];
  memset(hide(bytes), 1, sizeof(bytes));
  EXPECT_EQ(bytes[kBytes], 1);
}

TEST(StackBufferTest, TheNextFunctionMayUseTheStack) {
  leave_a_fixed_buffer();
  write_to_the_stack();
  leave_a_resource();
  write_to_the_stack();
}

}  // namespace
