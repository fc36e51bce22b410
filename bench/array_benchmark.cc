// arr$ beside other growing arrays: n numbers pushed onto an empty one, and the array
// freed again, in ns per push.
//
//   push                 onto a variable of the function that pushes
//   push_by_reference    from inside a function that is given the array by reference
#include <map>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/array_peers.h"
#include "bench/checksum.h"

namespace cex::bench {
namespace {

// Outside of what is timed, and once only for each.
template <typename Array>
void check(benchmark::State& state, uint64_t n) {
  static std::map<uint64_t, uint64_t> sums;
  const auto [it, is_new] = sums.emplace(n, 0);
  if (is_new) {
    Array array;
    for (uint64_t i = 0; i < n; ++i) array.push(i);
    it->second = array.sum();
  }
  set_checksum(state, it->second);
}

template <typename Array>
void push(benchmark::State& state, uint64_t n) {
  for (auto _ : state) {
    Array array;
    for (uint64_t i = 0; i < n; ++i) array.push(i);
    keep(array.last());
  }
  state.counters["per"] = static_cast<double>(n);
  check<Array>(state, n);
}

template <typename Array>
[[gnu::noinline]] void fill(Array& array, uint64_t n) {
  for (uint64_t i = 0; i < n; ++i) array.push(i);
}

template <typename Array>
void push_by_reference(benchmark::State& state, uint64_t n) {
  for (auto _ : state) {
    Array array;
    fill(array, n);
    keep(array.last());
  }
  state.counters["per"] = static_cast<double>(n);
  check<Array>(state, n);
}

bool add_all() {
  for (const uint64_t n :
       {100u, 1'000u, 10'000u, 100'000u, 1'000'000u, 10'000'000u, 100'000'000u}) {
    for_each_array([n]<typename Array>(const char* name) {
      const std::string rest = '/' + std::to_string(n) + '/' + name;
      benchmark::RegisterBenchmark(("push" + rest).c_str(), push<Array>, n);
      benchmark::RegisterBenchmark(("push_by_reference" + rest).c_str(), push_by_reference<Array>,
                                   n);
    });
  }
  return true;
}

[[maybe_unused]] const bool added = add_all();

}  // namespace
}  // namespace cex::bench
