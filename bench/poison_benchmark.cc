// What the poison layer costs in a program without checks: a loop that calls it
// beside the same loop that doesn't.
#include <benchmark/benchmark.h>

#include "cex/sanitizer.h"

namespace {

constexpr size_t kBytes = 4096;
char buffer[kBytes];

void BM_Loop(benchmark::State& state) {
  for (auto _ : state) {
    for (size_t i = 0; i < kBytes; i += 64) benchmark::DoNotOptimize(buffer[i]);
  }
}

void BM_LoopWithPoison(benchmark::State& state) {
  for (auto _ : state) {
    for (size_t i = 0; i < kBytes; i += 64) {
      cex::poison(buffer + i, 64);
      cex::unpoison(buffer + i, 64);
      if (!cex::is_poisoned(buffer + i, 64)) state.SkipWithError("poisoned without a checker");
      benchmark::DoNotOptimize(buffer[i]);
    }
  }
}

BENCHMARK(BM_Loop);
BENCHMARK(BM_LoopWithPoison);

}  // namespace
