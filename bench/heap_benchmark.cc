// mem$ beside the malloc below it: what the interface adds.
#include <stdlib.h>

#include <benchmark/benchmark.h>

#include "cex/allocator.h"

namespace {

void BM_MallocFree(benchmark::State& state) {
  const size_t size = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    void* p = malloc(size);
    benchmark::DoNotOptimize(p);
    free(p);
  }
}

void BM_Heap(benchmark::State& state) {
  const size_t size = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    void* p = mem$malloc(mem$, size);
    benchmark::DoNotOptimize(p);
    mem$free(mem$, p);
  }
}

BENCHMARK(BM_MallocFree)->Arg(16)->Arg(64)->Arg(1024);
BENCHMARK(BM_Heap)->Arg(16)->Arg(64)->Arg(1024);

}  // namespace
