// A block that grows to 1 MiB in a thousand steps: the last block of an arena,
// which grows where it is, and the heap's, which the C library may remap.
#include <stdlib.h>

#include <benchmark/benchmark.h>

#include "cex/arena.h"

namespace {

constexpr size_t kSteps = 1000;
constexpr size_t kStepBytes = 1048;

void cex_arena(benchmark::State& state) {
  IAllocator arena = AllocatorArena.create(size_t{2} << 20);
  for (auto _ : state) {
    mem$scope(arena, a) {
      char* p = mem$malloc(a, kStepBytes);
      for (size_t i = 2; i <= kSteps; ++i) p = mem$realloc(a, p, i * kStepBytes);
      benchmark::DoNotOptimize(p);
    }
  }
  AllocatorArena.destroy(arena);
  state.counters["per"] = kSteps;
}

// Pages far smaller than the block: it has one of its own, which grows.
void cex_arena_small_pages(benchmark::State& state) {
  IAllocator arena = AllocatorArena.create(4096);
  for (auto _ : state) {
    mem$scope(arena, a) {
      char* p = mem$malloc(a, kStepBytes);
      for (size_t i = 2; i <= kSteps; ++i) p = mem$realloc(a, p, i * kStepBytes);
      benchmark::DoNotOptimize(p);
    }
  }
  AllocatorArena.destroy(arena);
  state.counters["per"] = kSteps;
}

void cex_heap(benchmark::State& state) {
  for (auto _ : state) {
    char* p = mem$malloc(mem$, kStepBytes);
    for (size_t i = 2; i <= kSteps; ++i) p = mem$realloc(mem$, p, i * kStepBytes);
    benchmark::DoNotOptimize(p);
    mem$free(mem$, p);
  }
  state.counters["per"] = kSteps;
}

void libc(benchmark::State& state) {
  for (auto _ : state) {
    void* p = malloc(kStepBytes);
    for (size_t i = 2; i <= kSteps; ++i) p = realloc(p, i * kStepBytes);
    benchmark::DoNotOptimize(p);
    free(p);
  }
  state.counters["per"] = kSteps;
}

const bool added = [] {
  benchmark::RegisterBenchmark("realloc/to_1MiB/cex_arena", cex_arena);
  benchmark::RegisterBenchmark("realloc/to_1MiB/cex_arena_small_pages", cex_arena_small_pages);
  benchmark::RegisterBenchmark("realloc/to_1MiB/cex_heap", cex_heap);
  benchmark::RegisterBenchmark("realloc/to_1MiB/libc", libc);
  return true;
}();

}  // namespace
