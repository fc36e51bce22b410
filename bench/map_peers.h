// The hash maps that ours is compared with, each behind the same few functions, over
// keys K that are uint64_t or std::string_view, to uint64_t:
//
//   reserve(n)           room for n entries
//   set(key, value)      inserts, or overwrites
//   find(key)            a pointer to the value, or nullptr
//   erase(key)           whether it was there
//   sum()                of all values, by the map's fastest way of looping
//
// A text that `find` and the others get has a NUL behind it. Maps whose names end in
// "_owned" keep copies of their texts. Each peer has the hash function that it comes
// with; std's and tsl's is std::hash, which for integers is the identity.
//
// A peer whose Debian package is missing is left out: see //third_party/peers.
#ifndef CEX_BENCH_MAP_PEERS_H_
#define CEX_BENCH_MAP_PEERS_H_

#include <stddef.h>
#include <stdint.h>

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "cex/collections.h"

#ifdef CEX_BENCH_HAS_BOOST
#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#endif
#ifdef CEX_BENCH_HAS_TSL
#include <tsl/hopscotch_map.h>
#endif
#ifdef CEX_BENCH_HAS_STB
#include "bench/stb_ds.h"
#endif

namespace cex::bench {

// Ours, used as users do. Keys is how text keys are kept.
enum class Keys { kBorrowed, kCopied, kPages };

template <typename K, Keys keys = Keys::kBorrowed>
struct CexMap {
  CexMap() {
    if constexpr (keys == Keys::kPages) {
      hm$new(m, mem$, .copy_keys_arena_pgsize = 16384);
    } else {
      hm$new(m, mem$, .copy_keys = keys == Keys::kCopied);
    }
  }
  ~CexMap() { hm$free(m); }
  CexMap(const CexMap&) = delete;
  CexMap& operator=(const CexMap&) = delete;

  void reserve(size_t n) {
    hm$free(m);
    if constexpr (keys == Keys::kPages) {
      hm$new(m, mem$, .capacity = n, .copy_keys_arena_pgsize = 16384);
    } else {
      hm$new(m, mem$, .capacity = n, .copy_keys = keys == Keys::kCopied);
    }
  }
  void set(K key, uint64_t value) { hm$set(m, key, value); }
  const uint64_t* find(K key) const { return hm$getp(m, key); }
  bool erase(K key) { return hm$del(m, key); }
  uint64_t sum() const {
    uint64_t total = 0;
    for$each (entry, m) total += entry.value;
    return total;
  }

  hm$(K, uint64_t) m = nullptr;
};

// The maps with the standard library's interface. Stored is the type of the key
// inside: std::string where the map owns its texts.
template <typename Map, typename K>
struct StandardMap {
  using Stored = typename Map::key_type;

  void reserve(size_t n) { m.reserve(n); }
  void set(K key, uint64_t value) { m[Stored(key)] = value; }
  const uint64_t* find(K key) const {
    const auto it = m.find(key);
    return it == m.end() ? nullptr : &it->second;
  }
  bool erase(K key) {
    const auto it = m.find(key);
    if (it == m.end()) return false;
    m.erase(it);
    return true;
  }
  uint64_t sum() const {
    uint64_t total = 0;
    for (const auto& entry : m) total += entry.second;
    return total;
  }

  Map m;
};

// For lookups of texts without making a std::string.
template <typename Hash>
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return Hash{}(text); }
};

// Debian's Abseil has a string_view of its own.
struct AbslTextHash {
  size_t operator()(std::string_view text) const {
    return absl::Hash<absl::string_view>{}(absl::string_view(text.data(), text.size()));
  }
};

template <typename K, typename Stored>
using AbslMap =
    StandardMap<std::conditional_t<
                    std::is_same_v<K, uint64_t>, absl::flat_hash_map<Stored, uint64_t>,
                    absl::flat_hash_map<Stored, uint64_t, TextHash<AbslTextHash>, std::equal_to<>>>,
                K>;

template <typename K, typename Stored>
using StdMap = StandardMap<
    std::conditional_t<std::is_same_v<K, Stored>, std::unordered_map<Stored, uint64_t>,
                       std::unordered_map<Stored, uint64_t, TextHash<std::hash<std::string_view>>,
                                          std::equal_to<>>>,
    K>;

#ifdef CEX_BENCH_HAS_BOOST
template <typename K, typename Stored>
using BoostMap = StandardMap<
    std::conditional_t<
        std::is_same_v<K, Stored>, boost::unordered_flat_map<Stored, uint64_t>,
        boost::unordered_flat_map<Stored, uint64_t, TextHash<boost::hash<std::string_view>>,
                                  std::equal_to<>>>,
    K>;
#endif

#ifdef CEX_BENCH_HAS_TSL
template <typename K, typename Stored>
using TslMap = StandardMap<
    std::conditional_t<std::is_same_v<K, Stored>, tsl::hopscotch_map<Stored, uint64_t>,
                       tsl::hopscotch_map<Stored, uint64_t, TextHash<std::hash<std::string_view>>,
                                          std::equal_to<>>>,
    K>;
#endif

#ifdef CEX_BENCH_HAS_STB
// It has no way to reserve. Misses are asked for by index: hmgetp would add the key.
struct StbWordMap {
  ~StbWordMap() { hmfree(m); }
  void set(uint64_t key, uint64_t value) { hmput(m, key, value); }
  const uint64_t* find(uint64_t key) {
    const ptrdiff_t i = hmgeti(m, key);
    return i < 0 ? nullptr : &m[i].value;
  }
  bool erase(uint64_t key) { return hmdel(m, key) != 0; }
  uint64_t sum() const {
    uint64_t total = 0;
    for (ptrdiff_t i = 0; i < hmlen(m); ++i) total += m[i].value;
    return total;
  }

  struct Entry {
    uint64_t key;
    uint64_t value;
  };
  Entry* m = nullptr;
};

// With sh_new_arena it keeps texts in an arena of its own.
template <bool owned>
struct StbTextMap {
  StbTextMap() {
    if constexpr (owned) sh_new_arena(m);
  }
  ~StbTextMap() { shfree(m); }
  void set(std::string_view key, uint64_t value) { shput(m, const_cast<char*>(key.data()), value); }
  const uint64_t* find(std::string_view key) {
    const ptrdiff_t i = shgeti(m, const_cast<char*>(key.data()));
    return i < 0 ? nullptr : &m[i].value;
  }
  bool erase(std::string_view key) { return shdel(m, const_cast<char*>(key.data())) != 0; }
  uint64_t sum() const {
    uint64_t total = 0;
    for (ptrdiff_t i = 0; i < shlen(m); ++i) total += m[i].value;
    return total;
  }

  struct Entry {
    char* key;
    uint64_t value;
  };
  Entry* m = nullptr;
};
#endif

// Calls f.template operator()<Map>(name) for each map.
template <typename F>
void for_each_word_map(F f) {
  using K = uint64_t;
  f.template operator()<CexMap<K>>("cex");
  f.template operator()<AbslMap<K, K>>("absl_flat");
  f.template operator()<StdMap<K, K>>("std_unordered");
#ifdef CEX_BENCH_HAS_BOOST
  f.template operator()<BoostMap<K, K>>("boost_flat");
#endif
#ifdef CEX_BENCH_HAS_TSL
  f.template operator()<TslMap<K, K>>("tsl_hopscotch");
#endif
#ifdef CEX_BENCH_HAS_STB
  f.template operator()<StbWordMap>("stb_ds");
#endif
}

template <typename F>
void for_each_borrowing_map(F f) {
  using K = std::string_view;
  f.template operator()<CexMap<K>>("cex");
  f.template operator()<AbslMap<K, K>>("absl_flat");
  f.template operator()<StdMap<K, K>>("std_unordered");
#ifdef CEX_BENCH_HAS_BOOST
  f.template operator()<BoostMap<K, K>>("boost_flat");
#endif
#ifdef CEX_BENCH_HAS_TSL
  f.template operator()<TslMap<K, K>>("tsl_hopscotch");
#endif
#ifdef CEX_BENCH_HAS_STB
  f.template operator()<StbTextMap<false>>("stb_ds");
#endif
}

template <typename F>
void for_each_owning_map(F f) {
  using K = std::string_view;
  using S = std::string;
  f.template operator()<CexMap<K, Keys::kCopied>>("cex");
  f.template operator()<CexMap<K, Keys::kPages>>("cex_pages");
  f.template operator()<AbslMap<K, S>>("absl_flat");
  f.template operator()<StdMap<K, S>>("std_unordered");
#ifdef CEX_BENCH_HAS_BOOST
  f.template operator()<BoostMap<K, S>>("boost_flat");
#endif
#ifdef CEX_BENCH_HAS_TSL
  f.template operator()<TslMap<K, S>>("tsl_hopscotch");
#endif
#ifdef CEX_BENCH_HAS_STB
  f.template operator()<StbTextMap<true>>("stb_ds");
#endif
}

}  // namespace cex::bench

#endif  // CEX_BENCH_MAP_PEERS_H_
