// Entering a scope, taking 0, 1 or 10 blocks of 64 bytes, leaving it: ours beside
// the floor (remember the cursor, put it back) and what the peers have for it:
// marks, contexts, or an allocator that is made and dropped, or reset.
//
//   scope          one
//   scope_nested   2 or 8, one in another with blocks in each, as code has that calls
//                  code with scopes of its own; ns for all of them
#include <string>

#include <benchmark/benchmark.h>

#include "bench/scope_peers.h"

namespace cex::bench {
namespace {

constexpr size_t kBytes = 64;

template <typename Peer, int kDepth, int kBlocks>
void run(benchmark::State& state) {
  const auto peer = make_escaped<Peer>();
  Timed timed;
  for (auto _ : state) {
    peer->template scope<kDepth, kBlocks, kBytes>(timed);
    benchmark::ClobberMemory();
  }
  Checked checked;
  peer->template scope<kDepth, kBlocks, kBytes>(checked);
  set_checksum(state, checked.sum());
}

template <int kBlocks>
void add() {
  const std::string name = "scope/" + std::to_string(kBlocks) + "x64/";
  for_each_scope([&]<typename Peer>(const char* who) {
    if constexpr (kBlocks > 0 || !kIsMalloc<Peer>) {
      benchmark::RegisterBenchmark((name + who).c_str(), run<Peer, 1, kBlocks>);
    }
  });
}

template <int kDepth, int kBlocks>
void add_nested() {
  const std::string name =
      "scope_nested/" + std::to_string(kDepth) + "_deep_" + std::to_string(kBlocks) + "x64/";
  for_each_nesting_scope([&]<typename Peer>(const char* who) {
    if constexpr (kBlocks > 0 || !kIsMalloc<Peer>) {
      benchmark::RegisterBenchmark((name + who).c_str(), run<Peer, kDepth, kBlocks>);
    }
  });
}

[[maybe_unused]] const bool added = [] {
  add<0>();
  add<1>();
  add<10>();
  add_nested<2, 0>();
  add_nested<2, 1>();
  add_nested<2, 10>();
  add_nested<8, 1>();
  return true;
}();

}  // namespace
}  // namespace cex::bench
