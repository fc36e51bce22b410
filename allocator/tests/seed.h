// The seed of a test that draws what it does.
#ifndef CEX_ALLOCATOR_TESTS_SEED_H_
#define CEX_ALLOCATOR_TESTS_SEED_H_

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <random>

namespace cex::testing {

// Another one in each run, unless $CEX_SEED has the one that a failure has printed. Printed.
inline uint64_t random_seed() {
  const char* const text = getenv("CEX_SEED");
  const uint64_t seed = text != nullptr ? strtoull(text, nullptr, 10) : std::random_device{}();
  printf("CEX_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

}  // namespace cex::testing

#endif  // CEX_ALLOCATOR_TESTS_SEED_H_
