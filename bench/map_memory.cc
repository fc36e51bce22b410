// The memory that hash maps take, in bytes per entry, of which 16 are key and value
// (24 with struct_bytes; of owned_text the texts are counted, too). Every block that a map gets is
// counted with what malloc has set aside for it and the 8 bytes in front of it.
//
//   live    with n entries
//   peak    while they were inserted one by one; a block that realloc moves counts once
//
// malloc and its like are replaced by ones that count, so this is a program of its own.
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/checksum.h"
#include "bench/map_peers.h"

namespace {

size_t live = 0;
size_t peak = 0;

size_t cost_of(void* p) { return p == nullptr ? 0 : malloc_usable_size(p) + sizeof(size_t); }

void* count(void* p) {
  live += cost_of(p);
  peak = std::max(peak, live);
  return p;
}

}  // namespace

// The C library's own, under the names that it keeps for such replacements.
extern "C" {
void* libc_malloc(size_t size) __asm__("__libc_malloc");
void* libc_calloc(size_t count, size_t size) __asm__("__libc_calloc");
void* libc_realloc(void* p, size_t size) __asm__("__libc_realloc");
void* libc_memalign(size_t align, size_t size) __asm__("__libc_memalign");
void libc_free(void* p) __asm__("__libc_free");

void* malloc(size_t size) { return count(libc_malloc(size)); }
void* calloc(size_t n, size_t size) { return count(libc_calloc(n, size)); }
void* realloc(void* p, size_t size) {
  const size_t before = cost_of(p);
  void* const moved = libc_realloc(p, size);
  if (moved != nullptr || size == 0) live -= before;
  return count(moved);
}
void* memalign(size_t align, size_t size) { return count(libc_memalign(align, size)); }
void* aligned_alloc(size_t align, size_t size) { return memalign(align, size); }
int posix_memalign(void** p, size_t align, size_t size) {
  *p = memalign(align, size);
  return *p == nullptr ? ENOMEM : 0;
}
void free(void* p) {
  live -= cost_of(p);
  libc_free(p);
}
}

namespace cex::bench {
namespace {

// Key number i: a word, a Place, or 8 to 24 letters.
template <typename K>
std::vector<K> make_keys(size_t n, std::vector<std::string>* texts) {
  std::vector<K> keys;
  texts->reserve(n);
  keys.reserve(n);
  for (size_t i = 0; i < n; ++i) {
    const uint64_t word = mix(i + 1);
    if constexpr (std::is_same_v<K, uint64_t>) {
      keys.push_back(word);
    } else if constexpr (std::is_same_v<K, Place>) {
      keys.push_back({static_cast<uint32_t>(word >> 61), 0, word});
    } else {
      std::string text = std::to_string(word) + std::to_string(word);
      text.resize(8 + word % 17);
      texts->push_back(text);
      keys.emplace_back(texts->back());
    }
  }
  return keys;
}

template <typename Map, typename K>
void measure(benchmark::State& state, size_t n) {
  std::vector<std::string> texts;
  const std::vector<K> keys = make_keys<K>(n, &texts);
  for (auto _ : state) {
    const size_t before = live;
    peak = live;
    Map map;
    uint64_t value = 0;
    for (const K key : keys) map.set(key, value++);
    const auto entries = static_cast<double>(n);
    state.counters["bytes live"] = static_cast<double>(live - before) / entries;
    state.counters["bytes peak"] = static_cast<double>(peak - before) / entries;
    set_checksum(state, map.sum());
  }
}

template <typename Map, typename K>
void add(const char* family, const char* name, size_t n) {
  benchmark::RegisterBenchmark((std::string(family) + '/' + std::to_string(n) + '/' + name).c_str(),
                               measure<Map, K>, n)
      ->Iterations(1);
}

bool add_all() {
  for (const unsigned n : {1'000u, 10'000u, 100'000u, 1'000'000u, 10'000'000u}) {
    for_each_map<uint64_t>(
        [n]<typename Map>(const char* name) { add<Map, uint64_t>("u64", name, n); });
  }
  for (const unsigned n : {1'000u, 100'000u, 1'000'000u}) {
    for_each_map<std::string_view>(
        [n]<typename Map>(const char* name) { add<Map, std::string_view>("text", name, n); });
    for_each_owning_map(
        [n]<typename Map>(const char* name) { add<Map, std::string_view>("owned_text", name, n); });
    for_each_map<Place>(
        [n]<typename Map>(const char* name) { add<Map, Place>("struct_bytes", name, n); });
  }
  return true;
}

[[maybe_unused]] const bool added = add_all();

}  // namespace
}  // namespace cex::bench
