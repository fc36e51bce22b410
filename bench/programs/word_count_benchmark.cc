// A word count as a whole program: with cex, and the same over std and std::pmr, in ns
// per word of the text.
#include <map>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/programs/text.h"
#include "bench/programs/word_count.h"

namespace cex::bench {
namespace {

const std::string& text_of(size_t bytes) {
  static std::map<size_t, std::string> texts;
  std::string& text = texts[bytes];
  if (text.empty()) text = make_text(bytes);
  return text;
}

void run(benchmark::State& state, WordCount (*count)(std::string_view), size_t bytes) {
  const std::string& text = text_of(bytes);
  WordCount result;
  for (auto _ : state) result = count(text);
  state.counters["per"] = static_cast<double>(result.words);
  set_checksum(state, mix(mix(result.words) + result.different) + result.top);
}

[[maybe_unused]] const bool added = [] {
  for (const unsigned megabytes : {1u, 10u, 100u}) {
    const std::string name = "word_count/" + std::to_string(megabytes) + "MB/";
    const auto add = [&](const char* who, WordCount (*count)(std::string_view)) {
      benchmark::RegisterBenchmark((name + who).c_str(), run, count, megabytes * size_t{1000000});
    };
    add("cex", count_words_cex);
    add(Std::kName, count_words_std<Std>);
    add(StdPmr::kName, count_words_std<StdPmr>);
  }
  return true;
}();

}  // namespace
}  // namespace cex::bench
