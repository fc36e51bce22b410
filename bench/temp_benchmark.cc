// Temporary memory across threads: what two or four together do, beside as many times
// what one does alone. They share nothing, so it should be as much where there are as
// many processors. Each thread enters a scope, takes 4 blocks of 48 bytes and leaves,
// over and over; ns of wall time per scope of all threads together.
//
// tmem$ is each thread's own; of the others each thread makes one and keeps it.
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/scope_peers.h"

namespace cex::bench {
namespace {

constexpr int kScopes = 500000;  // so that making the threads is not what counts
constexpr int kBlocks = 4;
constexpr size_t kBytes = 48;

template <typename Peer>
void work() {
  const auto peer = make_escaped<Peer>();
  Timed timed;
  for (int i = 0; i < kScopes; ++i) {
    peer->template scope<1, kBlocks, kBytes>(timed);
    benchmark::ClobberMemory();
  }
}

// f(thread) in as many threads, of which this is one.
template <typename F>
void in_threads(size_t threads, F f) {
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(f, i);
  f(0);
  for (std::thread& t : others) t.join();
}

template <typename Peer>
void run(benchmark::State& state, size_t threads) {
  for (auto _ : state) in_threads(threads, [](size_t) { work<Peer>(); });
  state.counters["per"] = static_cast<double>(kScopes) * static_cast<double>(threads);

  std::vector<uint64_t> sums(threads);
  in_threads(threads, [&](size_t thread) {
    const auto peer = make_escaped<Peer>();
    Checked checked;
    for (int i = 0; i < 100; ++i) peer->template scope<1, kBlocks, kBytes>(checked);
    sums[thread] = checked.sum();
  });
  uint64_t sum = 0;
  for (const uint64_t s : sums) sum += s;
  set_checksum(state, sum);
}

[[maybe_unused]] const bool added = [] {
  for (const size_t threads : {1u, 2u, 4u}) {
    const std::string name =
        "temp/" + std::to_string(threads) + (threads == 1 ? "_thread/" : "_threads/");
    for_each_scope([&]<typename Peer>(const char* who) {
      benchmark::RegisterBenchmark((name + who).c_str(), run<Peer>, threads)->UseRealTime();
    });
  }
  return true;
}();

}  // namespace
}  // namespace cex::bench
