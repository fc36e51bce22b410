// mem$ beside the malloc below it, which is what the interface adds, and beside other
// mallocs. ns for a block allocated and freed:
//
//   heap        one at a time
//   heap_many   1000 that live at once, freed in another order
#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <string>
#include <type_traits>

#include <benchmark/benchmark.h>

#include "bench/checksum.h"
#include "bench/malloc_peers.h"
#include "cex/allocator.h"
#include "cex/guard.h"

namespace cex::bench {
namespace {

constexpr size_t kBlocks = 1000;

struct CexHeap {
  static constexpr const char* kName = "cex";
  static void* get(size_t size) { return mem$malloc(mem$, size); }
  static void put(void* block) { mem$free(mem$, block); }
};

// mem$ with one of 1000 blocks guarded, as a program in production may have it.
struct CexGuardedHeap {
  static constexpr const char* kName = "cex_guarded";
  static IAllocator allocator() {
    static const IAllocator guard = AllocatorGuard.create(mem$, {.one_in = 1000});
    return guard;
  }
  static void* get(size_t size) { return mem$malloc(allocator(), size); }
  static void put(void* block) { mem$free(allocator(), block); }
};

template <typename Heap>
void one(benchmark::State& state, size_t size) {
  for (auto _ : state) {
    void* block = Heap::get(size);
    keep(block);
    Heap::put(block);
  }
  void* const block = Heap::get(size);
  fill_block(block, size, 0);
  set_checksum(state, sum_block(block, size));
  Heap::put(block);
}

const std::array<size_t, kBlocks> free_order = [] {
  std::array<size_t, kBlocks> order;
  std::iota(order.begin(), order.end(), size_t{0});
  std::mt19937_64 random(1);
  std::shuffle(order.begin(), order.end(), random);
  return order;
}();

template <typename Heap>
void many(benchmark::State& state, size_t size) {
  std::array<void*, kBlocks> blocks;
  for (auto _ : state) {
    for (void*& kept : blocks) {
      void* block = Heap::get(size);
      keep(block);
      kept = block;
    }
    for (const size_t i : free_order) Heap::put(blocks[i]);
  }
  state.counters["per"] = kBlocks;
  uint64_t sum = 0;
  for (size_t i = 0; i < kBlocks; ++i) {
    blocks[i] = Heap::get(size);
    fill_block(blocks[i], size, i);
  }
  for (void* const block : blocks) sum += sum_block(block, size);
  for (void* const block : blocks) Heap::put(block);
  set_checksum(state, sum);
}

template <typename Heap>
void add() {
  const char* const who = std::is_same_v<Heap, LibcHeap> ? "libc" : Heap::kName;
  for (const size_t size : {16u, 64u, 1024u}) {
    const std::string rest = '/' + std::to_string(size) + '/' + who;
    benchmark::RegisterBenchmark(("heap" + rest).c_str(), one<Heap>, size);
    benchmark::RegisterBenchmark(("heap_many" + rest).c_str(), many<Heap>, size);
  }
}

[[maybe_unused]] const bool added = [] {
  add<CexHeap>();
  add<CexGuardedHeap>();
  for_each_malloc([]<typename Heap>() { add<Heap>(); });
  return true;
}();

}  // namespace
}  // namespace cex::bench
