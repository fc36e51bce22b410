// hm$ beside other hash maps. One run of a map of one size is one benchmark that
// times each operation by itself, in ns per key; the report has a table for each.
//
//   insert            n keys into an empty map
//   insert_reserved   the same where room was made before
//   hit, miss         2^20 keys (2^14 of less than 1000) that are there, or not, in random order
//   dependent_hit     which key comes next depends on what the one before found
//   hit_many          hits by hm$getp_many, 1,024 keys at a time; of others, one after the other
//   iterate           the sum of all values
//   erase_insert      one random key out, one new key in
//   destroy           all of it, after inserting
//
// Keys are random and never the same ones in the same order, so that no branch
// predictor learns them by heart; all keys are laid out beforehand in the order of use,
// so that reading them costs every map the same.
//
//   u64             numbers
//   text            strings of 8 to 24 letters, which the caller keeps
//   owned_text      the same, of which the map keeps copies
//   struct_bytes    a struct of 16 bytes without padding: Place in struct_keys.h
//   struct_hashed   a name and a number, by AbslHashValue: Named
#include <string.h>
#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/checksum.h"
#include "bench/map_peers.h"

namespace cex::bench {
namespace {

// Few keys, few lookups: so that all maps can be run in a moment, too.
constexpr size_t lookups_of(size_t n) { return n < 1000 ? size_t{1} << 14 : size_t{1} << 20; }

// A column of keys in the order of their use: word i, or the text of number i.
template <typename K>
class Column;

template <>
class Column<uint64_t> {
 public:
  explicit Column(const std::vector<uint64_t>& numbers) {
    keys_.reserve(numbers.size());
    for (const uint64_t number : numbers) keys_.push_back(mix(number));
  }
  uint64_t operator[](size_t i) const { return keys_[i]; }

 private:
  std::vector<uint64_t> keys_;
};

// 8 to 24 letters each, with a NUL behind them, packed.
template <>
class Column<std::string_view> {
 public:
  explicit Column(const std::vector<uint64_t>& numbers) {
    starts_.reserve(numbers.size() + 1);
    for (const uint64_t number : numbers) {
      uint64_t bits = mix(number);
      starts_.push_back(texts_.size());
      const size_t size = 8 + bits % 17;
      for (size_t i = 0; i < size; ++i) {
        if (i % 8 == 0) bits = mix(bits + i + 1);
        texts_.push_back(static_cast<char>('a' + (bits >> (8 * (i % 8))) % 26));
      }
      texts_.push_back('\0');
    }
    starts_.push_back(texts_.size());
  }
  std::string_view operator[](size_t i) const {
    return {texts_.data() + starts_[i], starts_[i + 1] - starts_[i] - 1};
  }

 private:
  std::vector<char> texts_;
  std::vector<size_t> starts_;
};

template <>
class Column<Place> {
 public:
  explicit Column(const std::vector<uint64_t>& numbers) {
    keys_.reserve(numbers.size());
    for (const uint64_t number : numbers) {
      const uint64_t bits = mix(number);
      keys_.push_back({static_cast<uint32_t>(bits >> 61), static_cast<uint32_t>(number % 3), bits});
    }
  }
  const Place& operator[](size_t i) const { return keys_[i]; }

 private:
  std::vector<Place> keys_;
};

template <>
class Column<Named> {
 public:
  explicit Column(const std::vector<uint64_t>& numbers) : names_(numbers) {
    spaces_.reserve(numbers.size());
    for (const uint64_t number : numbers) spaces_.push_back(static_cast<uint32_t>(number % 5));
  }
  Named operator[](size_t i) const { return {names_[i], spaces_[i]}; }

 private:
  Column<std::string_view> names_;
  std::vector<uint32_t> spaces_;
};

// Everything that a run with n keys needs, the same for all maps.
template <typename K>
struct Work {
  explicit Work(size_t n) {
    const size_t count = lookups_of(n);
    std::mt19937_64 random(n);
    std::vector<uint64_t> numbers(n * rounds(n));
    std::iota(numbers.begin(), numbers.end(), 1);
    present.emplace(numbers);

    // The last round's keys stay in the map that is searched.
    const uint64_t first = numbers.size() - n + 1;
    std::vector<uint64_t> live(n);
    std::iota(live.begin(), live.end(), first);

    std::vector<uint64_t> lookups(count);
    for (uint64_t& lookup : lookups) lookup = first + random() % n;
    hits.emplace(lookups);
    uint64_t unused = uint64_t{1} << 40;
    for (uint64_t& lookup : lookups) lookup = unused++;
    misses.emplace(lookups);
    std::vector<uint64_t> out(count);
    for (size_t i = 0; i < count; ++i) {
      const size_t victim = random() % n;
      out[i] = live[victim];
      live[victim] = lookups[i] = unused++;
    }
    erased.emplace(out);
    inserted.emplace(lookups);
  }

  // Small maps are made many times over.
  static size_t rounds(size_t n) {
    const size_t keys = lookups_of(n) / 2;
    return n < keys ? keys / n : 1;
  }

  std::optional<Column<K>> present, hits, misses, erased, inserted;
};

// The one that was used last: all maps of a size and kind share it.
template <typename K>
const Work<K>& work_for(size_t n) {
  static std::map<size_t, std::unique_ptr<Work<K>>> cache;
  std::unique_ptr<Work<K>>& work = cache[n];
  if (work == nullptr) work = std::make_unique<Work<K>>(n);
  return *work;
}

class Stopwatch {
 public:
  template <typename F>
  void time(F f) {
    const auto start = std::chrono::steady_clock::now();
    f();
    total_ += std::chrono::steady_clock::now() - start;
  }
  double ns_per(size_t count) const {
    return std::chrono::duration<double, std::nano>(total_).count() / static_cast<double>(count);
  }

 private:
  std::chrono::steady_clock::duration total_{};
};

template <typename Map>
concept Reserves = requires(Map m) {
  m.reserve(size_t{1});
};

template <typename Map, typename K>
class Run {
 public:
  Run(benchmark::State& state, size_t n)
      : state_(state), n_(n), lookups_(lookups_of(n)), work_(work_for<K>(n)) {}

  void all() {
    build("insert", /*reserve=*/false, "destroy");
    if constexpr (Reserves<Map>) build("insert_reserved", /*reserve=*/true, nullptr);
    Map map;
    const size_t rounds = Work<K>::rounds(n_);
    fill(map, rounds - 1);
    if (check(map)) search(map);
    set_checksum(state_, sum_);
  }

 private:
  // What an operation found, into the checksum.
  void found(uint64_t value) { sum_ = mix(sum_ + value + 1); }

  void report(const char* operation, const Stopwatch& watch, size_t count) {
    state_.counters[std::string("ns ") + operation] = watch.ns_per(count);
  }

  void fill(Map& map, size_t round) {
    const size_t from = round * n_;
    for (size_t i = 0; i < n_; ++i) {
      map.set((*work_.present)[from + i], i);
    }
  }

  // A virtual machine may have to ask its host for memory that was free for some seconds. Of huge
  // pages that takes twenty times as long as the page faults; no map is to pay for it.
  void use_memory() {
    constexpr size_t kMostPerEntry = 64;
    const size_t bytes = n_ * kMostPerEntry;
    void* const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    madvise(memory, bytes, MADV_HUGEPAGE);
    memset(memory, 1, bytes);
    munmap(memory, bytes);
  }

  void build(const char* operation, [[maybe_unused]] bool reserve, const char* destroy) {
    use_memory();
    Stopwatch inserting;
    Stopwatch destroying;
    const size_t rounds = Work<K>::rounds(n_);
    for (size_t round = 0; round < rounds; ++round) {
      std::unique_ptr<Map> map;
      inserting.time([&] {
        map = std::make_unique<Map>();
        if constexpr (Reserves<Map>) {
          if (reserve) map->reserve(n_);
        }
        fill(*map, round);
      });
      destroying.time([&] { map.reset(); });
    }
    report(operation, inserting, n_ * rounds);
    if (destroy != nullptr) report(destroy, destroying, n_ * rounds);
  }

  bool check(Map& map) {
    for (size_t i = 0; i < lookups_; ++i) {
      if (map.find((*work_.hits)[i]) == nullptr || map.find((*work_.misses)[i]) != nullptr) {
        state_.SkipWithError("the map does not hold what it was given");
        return false;
      }
    }
    return true;
  }

  // Of the values of `count` keys that are there, from lookup number `first` on.
  uint64_t sum_of_many(Map& map, size_t first, size_t count) {
    uint64_t sum = 0;
    if constexpr (requires { map.find_many(nullptr, 0, nullptr); }) {
      K keys[kMany];
      uint64_t* values[kMany];
      for (size_t i = 0; i < count; ++i) keys[i] = (*work_.hits)[first + i];
      map.find_many(keys, count, values);
      // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): all of the hits are in the map
      for (size_t i = 0; i < count; ++i) sum += *values[i];
    } else {
      for (size_t i = 0; i < count; ++i) sum += *map.find((*work_.hits)[first + i]);
    }
    return sum;
  }

  void search(Map& map) {
    Stopwatch hit;
    uint64_t sum = 0;
    hit.time([&] {
      for (size_t i = 0; i < lookups_; ++i) sum += *map.find((*work_.hits)[i]);
      keep(sum);
    });
    report("hit", hit, lookups_);
    found(sum);

    Stopwatch miss;
    size_t wrong = 0;
    miss.time([&] {
      for (size_t i = 0; i < lookups_; ++i) wrong += map.find((*work_.misses)[i]) != nullptr;
      keep(wrong);
    });
    report("miss", miss, lookups_);
    found(wrong);

    Stopwatch dependent;
    const size_t dependent_lookups = lookups_ / 4;
    uint64_t value = 0;
    dependent.time([&] {
      // Values are less than 2^63, which the compiler and the processor do not know.
      for (size_t i = 0; i < dependent_lookups; ++i)
        value = *map.find((*work_.hits)[i + (value >> 63)]);
      keep(value);
    });
    report("dependent_hit", dependent, dependent_lookups);
    found(value);

    Stopwatch many;
    uint64_t total = 0;
    many.time([&] {
      for (size_t i = 0; i + kMany <= lookups_; i += kMany) total += sum_of_many(map, i, kMany);
      keep(total);
    });
    report("hit_many", many, lookups_ / kMany * kMany);
    found(total);

    Stopwatch iterate;
    const size_t rounds = Work<K>::rounds(n_);
    iterate.time([&] {
      for (size_t round = 0; round < rounds; ++round) keep(map.sum());
    });
    report("iterate", iterate, n_ * rounds);
    found(map.sum());

    Stopwatch change;
    change.time([&] {
      for (size_t i = 0; i < lookups_; ++i) {
        map.erase((*work_.erased)[i]);
        map.set((*work_.inserted)[i], i);
      }
    });
    report("erase_insert", change, lookups_);
    found(map.sum());
  }

  static constexpr size_t kMany = 1024;

  benchmark::State& state_;
  size_t n_;
  size_t lookups_;
  const Work<K>& work_;
  uint64_t sum_ = 0;
};

template <typename Map, typename K>
void add(const char* family, const char* name, size_t n) {
  benchmark::RegisterBenchmark((std::string(family) + '/' + std::to_string(n) + '/' + name).c_str(),
                               [n](benchmark::State& state) {
                                 for (auto _ : state) Run<Map, K>(state, n).all();
                               })
      ->Iterations(1)
      ->Unit(benchmark::kMillisecond);
}

bool add_all() {
  for (const unsigned n : {100u, 1'000u, 10'000u, 100'000u, 1'000'000u, 10'000'000u}) {
    for_each_map<uint64_t>(
        [n]<typename Map>(const char* name) { add<Map, uint64_t>("u64", name, n); });
  }
  for (const unsigned n : {100u, 1'000u, 100'000u, 1'000'000u}) {
    for_each_map<std::string_view>(
        [n]<typename Map>(const char* name) { add<Map, std::string_view>("text", name, n); });
    for_each_owning_map(
        [n]<typename Map>(const char* name) { add<Map, std::string_view>("owned_text", name, n); });
    for_each_map<Place>(
        [n]<typename Map>(const char* name) { add<Map, Place>("struct_bytes", name, n); });
    for_each_map<Named>(
        [n]<typename Map>(const char* name) { add<Map, Named>("struct_hashed", name, n); });
  }
  return true;
}

[[maybe_unused]] const bool added = add_all();

}  // namespace
}  // namespace cex::bench
