// Entering a scope, allocating a little, leaving it: an arena and tmem$ beside
// the floor (remember the cursor, put it back) and a monotonic resource.
#include <memory_resource>

#include <benchmark/benchmark.h>

#include "bench/floor.h"
#include "cex/arena.h"
#include "cex/tempmem.h"

namespace {

constexpr size_t kBlockBytes = 64;
constexpr size_t kBufferBytes = size_t{256} << 10;

alignas(64) char buffer[kBufferBytes];

template <int kBlocks>
void BM_Floor(benchmark::State& state) {
  cex::bench::FloorArena arena(buffer, kBufferBytes);
  auto* escaped = &arena;
  benchmark::DoNotOptimize(escaped);
  for (auto _ : state) {
    char* const mark = arena.mark();
    for (int i = 0; i < kBlocks; ++i) {
      void* p = arena.alloc(kBlockBytes);
      benchmark::DoNotOptimize(p);
    }
    arena.rewind(mark);
    benchmark::ClobberMemory();
  }
}

template <int kBlocks>
void BM_Arena(benchmark::State& state) {
  IAllocator arena = AllocatorArena.create(kBufferBytes);
  benchmark::DoNotOptimize(arena);
  for (auto _ : state) {
    mem$scope(arena, a) {
      for (int i = 0; i < kBlocks; ++i) {
        void* p = mem$malloc(a, kBlockBytes);
        benchmark::DoNotOptimize(p);
      }
    }
    benchmark::ClobberMemory();
  }
  AllocatorArena.destroy(arena);
}

template <int kBlocks>
void BM_Temp(benchmark::State& state) {
  for (auto _ : state) {
    mem$scope(tmem$, a) {
      for (int i = 0; i < kBlocks; ++i) {
        void* p = mem$malloc(a, kBlockBytes);
        benchmark::DoNotOptimize(p);
      }
    }
    benchmark::ClobberMemory();
  }
}

template <int kBlocks>
void BM_PmrMonotonic(benchmark::State& state) {
  for (auto _ : state) {
    std::pmr::monotonic_buffer_resource arena(buffer, 1024);
    for (int i = 0; i < kBlocks; ++i) {
      void* p = arena.allocate(kBlockBytes, 16);
      benchmark::DoNotOptimize(p);
    }
    benchmark::ClobberMemory();
  }
}

BENCHMARK(BM_Floor<0>);
BENCHMARK(BM_Arena<0>);
BENCHMARK(BM_Temp<0>);
BENCHMARK(BM_PmrMonotonic<0>);
BENCHMARK(BM_Floor<1>);
BENCHMARK(BM_Arena<1>);
BENCHMARK(BM_Temp<1>);
BENCHMARK(BM_PmrMonotonic<1>);
BENCHMARK(BM_Floor<10>);
BENCHMARK(BM_Arena<10>);
BENCHMARK(BM_Temp<10>);
BENCHMARK(BM_PmrMonotonic<10>);

}  // namespace
