// What shows that all did the same work: the counter `checksum`, which is equal for all
// WHOs of a FAMILY/CASE and depends on neither the run nor the number of iterations.
//
// A block's share is what is read back from it after all blocks were filled, so that
// blocks that are too small, or overlap, give another sum.
#ifndef CEX_BENCH_CHECKSUM_H_
#define CEX_BENCH_CHECKSUM_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <benchmark/benchmark.h>

#include "bench/keep.h"

namespace cex::bench {

// A counter is a double: what is above 2^53 goes.
inline void set_checksum(benchmark::State& state, uint64_t sum) {
  state.counters["checksum"] = static_cast<double>(sum % (uint64_t{1} << 53));
}

// All 64 bits count in what is kept of each; a bijection.
constexpr uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// Block number i of a round. Not inline, where g++ 12 thinks up sizes to warn of.
[[gnu::noinline]] inline void fill_block(void* block, size_t size, size_t i) {
  memset(block, static_cast<int>((7 * i + 1) % 256), size);
}

inline uint64_t sum_block(const void* block, size_t size) {
  uint64_t sum = 0;
  for (size_t i = 0; i < size; ++i) sum += static_cast<const unsigned char*>(block)[i];
  return sum;
}

}  // namespace cex::bench

#endif  // CEX_BENCH_CHECKSUM_H_
