// What the poison layer costs in a program without checks: a loop that calls it
// beside the same loop that doesn't, the floor. ns per round of 64 bytes.
#include <benchmark/benchmark.h>

#include "bench/checksum.h"
#include "cex/sanitizer.h"

namespace cex::bench {
namespace {

constexpr size_t kBytes = 4096;
constexpr size_t kRound = 64;
char buffer[kBytes];

template <bool kPoison>
void run(benchmark::State& state) {
  uint64_t rounds = 0;
  for (auto _ : state) {
    rounds = 0;
    for (size_t i = 0; i < kBytes; i += kRound) {
      if constexpr (kPoison) {
        cex::poison(buffer + i, kRound);
        cex::unpoison(buffer + i, kRound);
        if (!cex::is_poisoned(buffer + i, kRound))
          state.SkipWithError("poisoned without a checker");
      }
      keep(buffer[i]);
      ++rounds;
    }
  }
  state.counters["per"] = static_cast<double>(kBytes) / static_cast<double>(kRound);
  set_checksum(state, rounds);
}

[[maybe_unused]] const bool added = [] {
  benchmark::RegisterBenchmark("poison/off/floor", run<false>);
  benchmark::RegisterBenchmark("poison/off/cex", run<true>);
  return true;
}();

}  // namespace
}  // namespace cex::bench
