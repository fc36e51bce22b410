// A JSON parser that builds a DOM: with cex in an arena, and the same over std and over
// std::pmr, in ns per byte of the document.
//
//   json        text to DOM, and the DOM dropped again
//   json_walk   a sum over all that a DOM holds
#include <map>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/keep.h"
#include "bench/programs/json_dom.h"
#include "bench/programs/json_input.h"

namespace cex::bench {
namespace {

const std::string& document_of(size_t bytes) {
  static std::map<size_t, std::string> documents;
  std::string& document = documents[bytes];
  if (document.empty()) document = make_json(bytes);
  return document;
}

template <typename Dom>
void parse(benchmark::State& state, size_t bytes) {
  const std::string& document = document_of(bytes);
  for (auto _ : state) {
    Dom dom;
    if (!dom.parse(document)) state.SkipWithError(dom.error().what);
    keep(&dom);
  }
  state.counters["per"] = static_cast<double>(document.size());
  Dom dom;
  if (dom.parse(document)) set_checksum(state, dom.checksum());
}

template <typename Dom>
void walk(benchmark::State& state, size_t bytes) {
  const std::string& document = document_of(bytes);
  Dom dom;
  if (!dom.parse(document)) state.SkipWithError(dom.error().what);
  uint64_t sum = 0;
  for (auto _ : state) {
    sum = dom.checksum();
    keep(sum);
  }
  state.counters["per"] = static_cast<double>(document.size());
  set_checksum(state, sum);
}

template <typename Dom>
void add(const char* size, size_t bytes) {
  const std::string rest = std::string("/") + size + '/' + Dom::kName;
  benchmark::RegisterBenchmark(("json" + rest).c_str(), parse<Dom>, bytes);
  benchmark::RegisterBenchmark(("json_walk" + rest).c_str(), walk<Dom>, bytes);
}

void add_all(const char* size, size_t bytes) {
  add<CexJson>(size, bytes);
  add<StdJson<Std>>(size, bytes);
  add<StdJson<StdPmr>>(size, bytes);
}

[[maybe_unused]] const bool added = [] {
  add_all("10kB", 10000);
  add_all("1MB", 1000000);
  add_all("10MB", 10000000);
  return true;
}();

}  // namespace
}  // namespace cex::bench
