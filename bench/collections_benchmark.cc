// arr$ and hm$ on the heap beside the standard containers: pushing from empty,
// filling a map with random keys, finding them, looping over it.
#include <random>
#include <unordered_map>
#include <vector>

#include <benchmark/benchmark.h>

#include "cex/collections.h"

namespace {

std::vector<uint64_t> random_keys(size_t n) {
  std::mt19937_64 random(7);
  std::vector<uint64_t> keys(n);
  for (uint64_t& key : keys) key = random();
  return keys;
}

void set_items(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void BM_ArrPush(benchmark::State& state) {
  const auto n = static_cast<uint64_t>(state.range(0));
  for (auto _ : state) {
    arr$(uint64_t) a = arr$new(a, mem$);
    for (uint64_t i = 0; i < n; ++i) {
      arr$push(a, i);
      benchmark::ClobberMemory();
    }
    benchmark::DoNotOptimize(a[0]);
    arr$free(a);
  }
  set_items(state);
}

void BM_VectorPush(benchmark::State& state) {
  const auto n = static_cast<uint64_t>(state.range(0));
  for (auto _ : state) {
    std::vector<uint64_t> a;
    for (uint64_t i = 0; i < n; ++i) {
      a.push_back(i);
      benchmark::ClobberMemory();
    }
    benchmark::DoNotOptimize(a[0]);
  }
  set_items(state);
}

void BM_HmInsert(benchmark::State& state) {
  const std::vector<uint64_t> keys = random_keys(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    hm$(uint64_t, uint64_t) m = hm$new(m, mem$);
    for (const uint64_t key : keys) hm$set(m, key, key);
    benchmark::DoNotOptimize(hm$len(m));
    hm$free(m);
  }
  set_items(state);
}

void BM_StdInsert(benchmark::State& state) {
  const std::vector<uint64_t> keys = random_keys(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    std::unordered_map<uint64_t, uint64_t> m;
    for (const uint64_t key : keys) m[key] = key;
    benchmark::DoNotOptimize(m.size());
  }
  set_items(state);
}

void BM_HmFind(benchmark::State& state) {
  const std::vector<uint64_t> keys = random_keys(static_cast<size_t>(state.range(0)));
  hm$(uint64_t, uint64_t) m = hm$new(m, mem$);
  for (const uint64_t key : keys) hm$set(m, key, key);
  for (auto _ : state) {
    uint64_t sum = 0;
    for (const uint64_t key : keys) sum += *hm$getp(m, key);
    benchmark::DoNotOptimize(sum);
  }
  hm$free(m);
  set_items(state);
}

void BM_StdFind(benchmark::State& state) {
  const std::vector<uint64_t> keys = random_keys(static_cast<size_t>(state.range(0)));
  std::unordered_map<uint64_t, uint64_t> m;
  for (const uint64_t key : keys) m[key] = key;
  for (auto _ : state) {
    uint64_t sum = 0;
    for (const uint64_t key : keys) sum += m.find(key)->second;
    benchmark::DoNotOptimize(sum);
  }
  set_items(state);
}

void BM_HmIterate(benchmark::State& state) {
  const std::vector<uint64_t> keys = random_keys(static_cast<size_t>(state.range(0)));
  hm$(uint64_t, uint64_t) m = hm$new(m, mem$);
  for (const uint64_t key : keys) hm$set(m, key, key);
  for (auto _ : state) {
    uint64_t sum = 0;
    for$eachp (entry, m) {
      sum += entry->value;
    }
    benchmark::DoNotOptimize(sum);
  }
  hm$free(m);
  set_items(state);
}

void BM_StdIterate(benchmark::State& state) {
  const std::vector<uint64_t> keys = random_keys(static_cast<size_t>(state.range(0)));
  std::unordered_map<uint64_t, uint64_t> m;
  for (const uint64_t key : keys) m[key] = key;
  for (auto _ : state) {
    uint64_t sum = 0;
    for (const auto& [key, value] : m) sum += value;
    benchmark::DoNotOptimize(sum);
  }
  set_items(state);
}

BENCHMARK(BM_ArrPush)->Arg(100)->Arg(10000)->Arg(1000000);
BENCHMARK(BM_VectorPush)->Arg(100)->Arg(10000)->Arg(1000000);
BENCHMARK(BM_HmInsert)->Arg(1000)->Arg(100000)->Arg(1000000);
BENCHMARK(BM_StdInsert)->Arg(1000)->Arg(100000)->Arg(1000000);
BENCHMARK(BM_HmFind)->Arg(1000)->Arg(100000)->Arg(1000000);
BENCHMARK(BM_StdFind)->Arg(1000)->Arg(100000)->Arg(1000000);
BENCHMARK(BM_HmIterate)->Arg(1000)->Arg(100000)->Arg(1000000);
BENCHMARK(BM_StdIterate)->Arg(1000)->Arg(100000)->Arg(1000000);

}  // namespace
