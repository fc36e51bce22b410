// tmem$ from one thread and from two at once: what two together do, beside twice
// what one does alone. They share nothing, so it should be as much.
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "cex/tempmem.h"

namespace {

constexpr int kScopes = 2000000;  // so that making the second thread is not what counts
constexpr int kBlocks = 4;

void work() {
  for (int i = 0; i < kScopes; ++i) {
    mem$scope(tmem$, _) {
      for (int j = 0; j < kBlocks; ++j) {
        void* p = mem$malloc(_, 48);
        benchmark::DoNotOptimize(p);
      }
    }
    benchmark::ClobberMemory();
  }
}

// Wall time of `threads` threads that each do the same work.
void run(benchmark::State& state, int threads) {
  for (auto _ : state) {
    std::vector<std::thread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(work);
    work();
    for (std::thread& t : others) t.join();
  }
  state.counters["per"] = kScopes * threads;
}

const bool added = [] {
  benchmark::RegisterBenchmark("temp/per_scope/1_thread", run, 1)->UseRealTime();
  benchmark::RegisterBenchmark("temp/per_scope/2_threads", run, 2)->UseRealTime();
  return true;
}();

}  // namespace
