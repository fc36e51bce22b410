// Entering a scope, taking 0, 1 or 10 blocks of 64 bytes, leaving it: ours beside
// the floor (remember the cursor, put it back) and what the peers have for it:
// marks, or an allocator that is made and dropped, or reset.
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/arena_peers.h"
#include "cex/tempmem.h"

namespace cex::bench {
namespace {

constexpr size_t kBlockBytes = 64;

template <int kBlocks, typename Alloc>
[[gnu::always_inline]] inline void take(Alloc alloc) {
  for (int i = 0; i < kBlocks; ++i) {
    void* p = alloc();
    benchmark::DoNotOptimize(p);
  }
}

// A peer with marks.
template <typename Peer, int kBlocks>
void mark_rewind(benchmark::State& state) {
  const auto peer = std::make_unique<Peer>();
  Peer* escaped = peer.get();
  benchmark::DoNotOptimize(escaped);
  for (auto _ : state) {
    const auto mark = peer->mark();
    take<kBlocks>([&] { return peer->alloc(kBlockBytes); });
    peer->rewind(mark);
    benchmark::ClobberMemory();
  }
}

// A peer that can only be emptied as a whole: what it has for an outermost scope.
template <typename Peer, int kBlocks>
void reset(benchmark::State& state) {
  const auto peer = std::make_unique<Peer>();
  Peer* escaped = peer.get();
  benchmark::DoNotOptimize(escaped);
  for (auto _ : state) {
    take<kBlocks>([&] { return peer->alloc(kBlockBytes); });
    peer->reset();
    benchmark::ClobberMemory();
  }
}

template <int kBlocks>
void cex_arena(benchmark::State& state) {
  IAllocator arena = AllocatorArena.create(kArenaBytes);
  benchmark::DoNotOptimize(arena);
  for (auto _ : state) {
    mem$scope(arena, a) {
      take<kBlocks>([&] { return mem$malloc(a, kBlockBytes).get(); });
    }
    benchmark::ClobberMemory();
  }
  AllocatorArena.destroy(arena);
}

template <int kBlocks>
void cex_temp(benchmark::State& state) {
  for (auto _ : state) {
    mem$scope(tmem$, a) {
      take<kBlocks>([&] { return mem$malloc(a, kBlockBytes).get(); });
    }
    benchmark::ClobberMemory();
  }
}

// Nested two deep, as code that calls code with scopes of its own.
template <int kBlocks>
void cex_nested(benchmark::State& state) {
  for (auto _ : state) {
    mem$scope(tmem$, outer) {
      take<kBlocks>([&] { return mem$malloc(outer, kBlockBytes).get(); });
      mem$scope(tmem$, inner) {
        take<kBlocks>([&] { return mem$malloc(inner, kBlockBytes).get(); });
      }
    }
    benchmark::ClobberMemory();
  }
}

// The idiom of the standard library: a buffer on the stack, a resource over it.
template <int kBlocks>
void pmr_on_stack(benchmark::State& state) {
  for (auto _ : state) {
    alignas(64) char buffer[1024];
    std::pmr::monotonic_buffer_resource arena(buffer, sizeof(buffer));
    take<kBlocks>([&] { return arena.allocate(kBlockBytes, 16); });
    benchmark::ClobberMemory();
  }
}

template <int kBlocks>
void malloc_free(benchmark::State& state) {
  Malloc heap;
  for (auto _ : state) {
    take<kBlocks>([&] { return heap.alloc(kBlockBytes); });
    heap.reset();
  }
}

template <int kBlocks>
void add() {
  const auto name = [](const char* peer) {
    return "scope/" + std::to_string(kBlocks) + "x64/" + peer;
  };
  const auto add_one = [&](const char* peer, void (*run)(benchmark::State&)) {
    benchmark::RegisterBenchmark(name(peer).c_str(), run);
  };
  add_one(Floor::kName, mark_rewind<Floor, kBlocks>);
  add_one("cex", cex_arena<kBlocks>);
  add_one("cex_tmem", cex_temp<kBlocks>);
  add_one("cex_tmem_2_deep", cex_nested<kBlocks>);
  add_one("pmr_monotonic_on_stack", pmr_on_stack<kBlocks>);
  add_one("pmr_monotonic_reset", reset<PmrMonotonic, kBlocks>);
#ifdef CEX_BENCH_HAS_LLVM
  add_one("llvm_bump_reset", reset<Llvm, kBlocks>);
#endif
#ifdef CEX_BENCH_HAS_PROTOBUF
  add_one("protobuf_arena_reset", reset<Protobuf, kBlocks>);
#endif
#ifdef CEX_BENCH_HAS_APR
  add_one("apr_pool_clear", reset<Apr, kBlocks>);
#endif
  add_one("obstack_mark", mark_rewind<Obstack, kBlocks>);
  add_one(Malloc::kName, malloc_free<kBlocks>);
}

const bool added = [] {
  add<0>();
  add<1>();
  add<10>();
  return true;
}();

}  // namespace
}  // namespace cex::bench
