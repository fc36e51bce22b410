// 1000 small blocks, then reset: ours beside the floor, the standard library's
// monotonic resource and malloc/free.
#include <stdlib.h>

#include <memory_resource>

#include <benchmark/benchmark.h>

#include "bench/floor.h"
#include "cex/arena.h"

namespace {

constexpr size_t kBlocks = 1000;
constexpr size_t kBufferBytes = size_t{256} << 10;

alignas(64) char buffer[kBufferBytes];

void set_blocks(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * int64_t{kBlocks});
}

template <size_t kSize>
void BM_Floor(benchmark::State& state) {
  cex::bench::FloorArena arena(buffer, kBufferBytes);
  auto* escaped = &arena;
  benchmark::DoNotOptimize(escaped);
  for (auto _ : state) {
    for (size_t i = 0; i < kBlocks; ++i) {
      void* p = arena.alloc(kSize);
      benchmark::DoNotOptimize(p);
    }
    arena.reset();
    benchmark::ClobberMemory();
  }
  set_blocks(state);
}

template <size_t kSize>
void BM_Arena(benchmark::State& state) {
  IAllocator arena = AllocatorArena.create(kBufferBytes);
  for (auto _ : state) {
    mem$scope(arena, a) {
      for (size_t i = 0; i < kBlocks; ++i) {
        void* p = mem$malloc(a, kSize);
        benchmark::DoNotOptimize(p);
      }
    }
    benchmark::ClobberMemory();
  }
  AllocatorArena.destroy(arena);
  set_blocks(state);
}

template <size_t kSize>
void BM_PmrMonotonic(benchmark::State& state) {
  std::pmr::monotonic_buffer_resource arena(buffer, kBufferBytes);
  for (auto _ : state) {
    for (size_t i = 0; i < kBlocks; ++i) {
      void* p = arena.allocate(kSize, 16);
      benchmark::DoNotOptimize(p);
    }
    arena.release();
    benchmark::ClobberMemory();
  }
  set_blocks(state);
}

template <size_t kSize>
void BM_MallocFree(benchmark::State& state) {
  static void* blocks[kBlocks];
  for (auto _ : state) {
    for (void*& p : blocks) {
      p = malloc(kSize);
      benchmark::DoNotOptimize(p);
    }
    for (void* p : blocks) free(p);
  }
  set_blocks(state);
}

BENCHMARK(BM_Floor<16>);
BENCHMARK(BM_Arena<16>);
BENCHMARK(BM_PmrMonotonic<16>);
BENCHMARK(BM_MallocFree<16>);
BENCHMARK(BM_Floor<32>);
BENCHMARK(BM_Arena<32>);
BENCHMARK(BM_PmrMonotonic<32>);
BENCHMARK(BM_MallocFree<32>);
BENCHMARK(BM_Floor<64>);
BENCHMARK(BM_Arena<64>);
BENCHMARK(BM_PmrMonotonic<64>);
BENCHMARK(BM_MallocFree<64>);

}  // namespace
