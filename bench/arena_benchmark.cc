// 1000 small blocks, then reset: ns per block, ours beside the floor and the peers.
// `blocks` only takes them; `touched` writes the first 8 bytes of each.
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/arena_peers.h"

namespace cex::bench {
namespace {

constexpr size_t kBlocks = 1000;

template <bool kTouch>
void use(void* p) {
  if constexpr (kTouch) *static_cast<volatile uint64_t*>(p) = 1;
  benchmark::DoNotOptimize(p);
}

// The compiler must assume that somebody else may look at the arena.
template <typename Peer>
std::unique_ptr<Peer> make_escaped() {
  auto peer = std::make_unique<Peer>();
  Peer* escaped = peer.get();
  benchmark::DoNotOptimize(escaped);
  return peer;
}

template <typename Peer, size_t kSize, bool kTouch>
void run(benchmark::State& state) {
  const auto peer = make_escaped<Peer>();
  for (auto _ : state) {
    if constexpr (std::is_same_v<Peer, CexArena>) {
      mem$scope(peer->arena, a) {
        for (size_t i = 0; i < kBlocks; ++i) use<kTouch>(mem$malloc(a, kSize));
      }
    } else {
      for (size_t i = 0; i < kBlocks; ++i) use<kTouch>(peer->alloc(kSize));
      peer->reset();
    }
    benchmark::ClobberMemory();
  }
  state.counters["per"] = kBlocks;
}

template <typename Peer, size_t kSize>
void add_size() {
  const std::string size = std::to_string(kSize) + "/" + Peer::kName;
  benchmark::RegisterBenchmark(("blocks/" + size).c_str(), run<Peer, kSize, false>);
  benchmark::RegisterBenchmark(("touched/" + size).c_str(), run<Peer, kSize, true>);
}

template <typename Peer>
void add() {
  add_size<Peer, 16>();
  add_size<Peer, 32>();
  add_size<Peer, 64>();
}

const bool added = [] {
  add<Floor>();
  add<CexArena>();
  add<PmrMonotonic>();
#ifdef CEX_BENCH_HAS_LLVM
  add<Llvm>();
#endif
#ifdef CEX_BENCH_HAS_PROTOBUF
  add<Protobuf>();
#endif
#ifdef CEX_BENCH_HAS_APR
  add<Apr>();
#endif
  add<Obstack>();
  add<Malloc>();
  return true;
}();

}  // namespace
}  // namespace cex::bench
