// 1000 small blocks, then reset: ns per block, ours beside the floor and the peers.
//
//   blocks    only takes them
//   touched   writes the first 8 bytes of each
//
// of 16, 32 or 64 bytes, which the compiler knows, or `mixed`: 8 to 255, as many of 8 to
// 15 bytes as of 16 to 31, 32 to 63 and so on, in an order that is the same for all.
#include <array>
#include <string>
#include <type_traits>

#include <benchmark/benchmark.h>

#include "bench/arena_peers.h"
#include "bench/checksum.h"

namespace cex::bench {
namespace {

constexpr size_t kBlocks = 1000;
static_assert(kBlocks <= kMostBlocks);

template <size_t kSize>
struct Fixed {
  static std::string name() { return std::to_string(kSize); }
  static constexpr size_t size(size_t) { return kSize; }
};

constexpr auto kMixedSizes = [] {
  std::array<uint16_t, kBlocks> sizes{};
  for (size_t i = 0; i < kBlocks; ++i) {
    const uint64_t bits = mix(i + 1);
    const size_t least = size_t{8} << bits % 5;
    sizes[i] = static_cast<uint16_t>(least + (bits >> 8) % least);
  }
  return sizes;
}();

struct Mixed {
  static std::string name() { return "mixed"; }
  static size_t size(size_t i) { return kMixedSizes[i]; }
};

// use(i, block) for each block of a round, then end(), then they go.
template <typename Sizes, typename Peer, typename Use, typename End>
[[gnu::always_inline]] inline void one_round(Peer& peer, Use use, End end) {
  if constexpr (std::is_same_v<Peer, CexArena>) {
    mem$scope(peer.arena, a) {
      for (size_t i = 0; i < kBlocks; ++i) use(i, mem$malloc(a, Sizes::size(i)).get());
      end();
    }
  } else {
    for (size_t i = 0; i < kBlocks; ++i) use(i, peer.alloc(Sizes::size(i)));
    end();
    peer.reset();
  }
}

template <typename Sizes, typename Peer>
uint64_t checked_round(Peer& peer) {
  uint64_t sum = 0;
  std::array<void*, kBlocks> blocks;
  one_round<Sizes>(
      peer,
      [&](size_t i, void* block) {
        blocks[i] = block;
        fill_block(block, Sizes::size(i), i);
      },
      [&] {
        for (size_t i = 0; i < kBlocks; ++i) sum += sum_block(blocks[i], Sizes::size(i));
      });
  return sum;
}

template <typename Peer, typename Sizes, bool kTouch>
void run(benchmark::State& state) {
  const auto peer = make_escaped<Peer>();
  for (auto _ : state) {
    one_round<Sizes>(
        *peer,
        [](size_t, void* block) {
          if constexpr (kTouch) *static_cast<volatile uint64_t*>(block) = 1;
          keep(block);
        },
        [] {});
    benchmark::ClobberMemory();
  }
  state.counters["per"] = kBlocks;
  set_checksum(state, checked_round<Sizes>(*peer));
}

template <typename Sizes>
void add() {
  for_each_arena([]<typename Peer>() {
    const std::string rest = "/" + Sizes::name() + "/" + Peer::kName;
    benchmark::RegisterBenchmark(("blocks" + rest).c_str(), run<Peer, Sizes, false>);
    benchmark::RegisterBenchmark(("touched" + rest).c_str(), run<Peer, Sizes, true>);
  });
}

[[maybe_unused]] const bool added = [] {
  add<Fixed<16>>();
  add<Fixed<32>>();
  add<Fixed<64>>();
  add<Mixed>();
  return true;
}();

}  // namespace
}  // namespace cex::bench
