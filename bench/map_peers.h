// The hash maps that ours is compared with, each behind the same few functions, over
// keys K that are uint64_t, std::string_view or a struct of struct_keys.h, to uint64_t:
//
//   reserve(n)           room for n entries
//   set(key, value)      inserts, or overwrites
//   find(key)            a pointer to the value, or nullptr
//   find_many(…)         of ours only: the same for many keys at once
//   erase(key)           whether it was there
//   sum()                of all values, by the map's fastest way of looping
//
// A text that `find` and the others get has a NUL behind it. Each peer has the hash
// function that it comes with; std's and tsl's is std::hash, which for integers is the
// identity, and GLib's for them is the lower half of the number. struct_keys.h says how
// structs are hashed.
//
// A peer whose Debian package is missing is left out: see //third_party/peers.
#ifndef CEX_BENCH_MAP_PEERS_H_
#define CEX_BENCH_MAP_PEERS_H_

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "bench/struct_keys.h"
#include "cex/collections.h"

#ifdef CEX_BENCH_HAS_BOOST
#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#endif
#ifdef CEX_BENCH_HAS_TSL
#include <tsl/hopscotch_map.h>
#endif
#ifdef CEX_BENCH_HAS_TSL_ORDERED
#include <tsl/ordered_map.h>
#endif
#ifdef CEX_BENCH_HAS_STB
#include "bench/stb_ds.h"
#endif
#ifdef CEX_BENCH_HAS_UTHASH
#include "bench/uthash.h"
#endif
#ifdef CEX_BENCH_HAS_GLIB
#include <glib.h>
#endif

namespace cex::bench {

// Ours, used as users do. Keys is how text keys are kept.
enum class Keys { kBorrowed, kCopied, kPages };

template <typename Map, typename K, Keys keys>
struct CexMapOf {
  CexMapOf() { reserve(0); }
  ~CexMapOf() { m.free(); }
  CexMapOf(const CexMapOf&) = delete;
  CexMapOf& operator=(const CexMapOf&) = delete;

  void reserve(size_t n) {
    m.free();
    if constexpr (keys == Keys::kPages) {
      m = Map::create(mem$, {.capacity = n, .copy_keys_arena_pgsize = 16384});
    } else {
      m = Map::create(mem$, {.capacity = n, .copy_keys = keys == Keys::kCopied});
    }
  }
  void set(K key, uint64_t value) { m.set(key, value); }
  const uint64_t* find(K key) const { return m.getp(key); }
  void find_many(const K* wanted, size_t n, uint64_t** values) const {
    m.getp_many(wanted, n, values);
  }
  bool erase(K key) { return m.del(key); }
  uint64_t sum() const {
    uint64_t total = 0;
    for$each (entry, m) total += entry.value;
    return total;
  }

  Map m = nullptr;
};

template <typename K, Keys keys = Keys::kBorrowed>
using CexMap = CexMapOf<hm$(K, uint64_t), K, keys>;
template <typename K, Keys keys = Keys::kBorrowed>
using CexFlatMap = CexMapOf<hf$(K, uint64_t), K, keys>;

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
    // An ordered map's erase() moves all entries behind that one.
    if constexpr (requires { m.unordered_erase(it); }) {
      m.unordered_erase(it);
    } else {
      m.erase(it);
    }
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

// The hash of K by the standard library, or what its users write.
template <typename K>
struct StdHashOf {
  using type = std::hash<K>;
};
template <>
struct StdHashOf<Place> {
  using type = PlaceHash;
};
template <>
struct StdHashOf<Named> {
  using type = NamedHash;
};

template <typename K>
struct AbslHashOf {
  using type = absl::Hash<K>;
};
template <>
struct AbslHashOf<std::string_view> {
  using type = AbslTextHash;
};
template <>
struct AbslHashOf<Place> {
  using type = AbslPlaceHash;
};

// Hash and equality of a map that stores Stored and is asked for K.
template <typename K, typename Stored, typename Hash>
using HashFor = std::conditional_t<std::is_same_v<K, Stored>, Hash, TextHash<Hash>>;
template <typename K, typename Stored>
using EqualFor =
    std::conditional_t<std::is_same_v<K, Stored>, std::equal_to<Stored>, std::equal_to<>>;

template <typename K, typename Stored>
using AbslMap = StandardMap<
    absl::flat_hash_map<Stored, uint64_t, HashFor<K, Stored, typename AbslHashOf<K>::type>,
                        EqualFor<K, Stored>>,
    K>;

template <typename K, typename Stored>
using StdMap = StandardMap<
    std::unordered_map<Stored, uint64_t, HashFor<K, Stored, typename StdHashOf<K>::type>,
                       EqualFor<K, Stored>>,
    K>;

#ifdef CEX_BENCH_HAS_BOOST
template <typename K>
struct BoostHashOf {
  using type = boost::hash<K>;
};
template <>
struct BoostHashOf<Named> {
  using type = NamedHash;
};

template <typename K, typename Stored>
using BoostMap = StandardMap<
    boost::unordered_flat_map<Stored, uint64_t, HashFor<K, Stored, typename BoostHashOf<K>::type>,
                              EqualFor<K, Stored>>,
    K>;
#endif

#ifdef CEX_BENCH_HAS_TSL
template <typename K, typename Stored>
using TslMap = StandardMap<
    tsl::hopscotch_map<Stored, uint64_t, HashFor<K, Stored, typename StdHashOf<K>::type>,
                       EqualFor<K, Stored>>,
    K>;
#endif

// As hm$: entries in an array, in the order of insertion, behind an index.
#ifdef CEX_BENCH_HAS_TSL_ORDERED
template <typename K, typename Stored>
using TslOrderedMap =
    StandardMap<tsl::ordered_map<Stored, uint64_t, HashFor<K, Stored, typename StdHashOf<K>::type>,
                                 EqualFor<K, Stored>, std::allocator<std::pair<Stored, uint64_t>>,
                                 std::vector<std::pair<Stored, uint64_t>>>,
                K>;
#endif

#ifdef CEX_BENCH_HAS_STB
// It has no way to reserve. Misses are asked for by index: hmgetp would add the key.
template <typename K>
struct StbMap {
  ~StbMap() { hmfree(m); }
  void set(K key, uint64_t value) { hmput(m, key, value); }
  const uint64_t* find(K key) {
    const ptrdiff_t i = hmgeti(m, key);
    return i < 0 ? nullptr : &m[i].value;
  }
  bool erase(K key) { return hmdel(m, key) != 0; }
  uint64_t sum() const {
    uint64_t total = 0;
    for (ptrdiff_t i = 0; i < hmlen(m); ++i) total += m[i].value;
    return total;
  }

  struct Entry {
    K key;
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

#ifdef CEX_BENCH_HAS_UTHASH
// A table of the user's entries, each from malloc, which keys by their bytes find.
template <typename K, bool owned = false>
struct UtMap {
  static constexpr bool kText = std::is_same_v<K, std::string_view>;
  struct Entry {
    std::conditional_t<kText, const char*, K> key;
    uint64_t value;
    UT_hash_handle hh;
  };

  UtMap() = default;
  ~UtMap() {
    Entry* entry = m;
    HASH_CLEAR(hh, m);
    while (entry != nullptr) {
      Entry* const next = static_cast<Entry*>(entry->hh.next);
      drop(entry);
      entry = next;
    }
  }
  UtMap(const UtMap&) = delete;
  UtMap& operator=(const UtMap&) = delete;

  static void drop(Entry* entry) {
    if constexpr (owned) free(const_cast<char*>(entry->key));
    free(entry);
  }
  Entry* entry_of(const K& key) const {
    Entry* entry = nullptr;
    if constexpr (kText) {
      HASH_FIND(hh, m, key.data(), key.size(), entry);
    } else {
      HASH_FIND(hh, m, &key, sizeof(K), entry);
    }
    return entry;
  }
  void set(K key, uint64_t value) {
    Entry* entry = entry_of(key);
    if (entry == nullptr) {
      entry = static_cast<Entry*>(malloc(sizeof(Entry)));
      if constexpr (kText) {
        entry->key = owned ? strndup(key.data(), key.size()) : key.data();
        HASH_ADD_KEYPTR(hh, m, entry->key, key.size(), entry);
      } else {
        entry->key = key;
        HASH_ADD(hh, m, key, sizeof(K), entry);
      }
    }
    entry->value = value;
  }
  const uint64_t* find(K key) const {
    const Entry* const entry = entry_of(key);
    return entry == nullptr ? nullptr : &entry->value;
  }
  bool erase(K key) {
    Entry* const entry = entry_of(key);
    if (entry == nullptr) return false;
    HASH_DEL(m, entry);
    drop(entry);
    return true;
  }
  uint64_t sum() const {
    uint64_t total = 0;
    for (const Entry* entry = m; entry != nullptr;
         entry = static_cast<const Entry*>(entry->hh.next)) {
      total += entry->value;
    }
    return total;
  }

  Entry* m = nullptr;
};
#endif

#ifdef CEX_BENCH_HAS_GLIB
// Keys and values are pointers: numbers are made into ones, structs get a block each.
template <typename K, bool owned = false>
struct GlibMap {
  static constexpr bool kText = std::is_same_v<K, std::string_view>;
  static constexpr bool kWord = std::is_same_v<K, uint64_t>;

  static GHashTable* make() {
    if constexpr (kWord) {
      return g_hash_table_new(g_direct_hash, g_direct_equal);
    } else if constexpr (kText) {
      return g_hash_table_new_full(g_str_hash, g_str_equal, owned ? g_free : nullptr, nullptr);
    } else {
      return g_hash_table_new_full(
          [](gconstpointer key) {
            return static_cast<guint>(typename StdHashOf<K>::type()(*static_cast<const K*>(key)));
          },
          [](gconstpointer a, gconstpointer b) -> gboolean {
            return *static_cast<const K*>(a) == *static_cast<const K*>(b);
          },
          g_free, nullptr);
    }
  }
  GlibMap() = default;
  ~GlibMap() { g_hash_table_destroy(m); }
  GlibMap(const GlibMap&) = delete;
  GlibMap& operator=(const GlibMap&) = delete;

  static gpointer pointer_to(const K& key) {
    if constexpr (kWord) {
      return reinterpret_cast<gpointer>(key);
    } else if constexpr (kText) {
      return const_cast<char*>(key.data());
    } else {
      return const_cast<K*>(&key);
    }
  }
  void set(K key, uint64_t value) {
    gpointer kept = pointer_to(key);
    if constexpr (kText && owned) kept = g_strdup(key.data());
    if constexpr (!kText && !kWord) {
      kept = g_malloc(sizeof(K));
      memcpy(kept, &key, sizeof(K));
    }
    g_hash_table_insert(m, kept, reinterpret_cast<gpointer>(value));
  }
  const uint64_t* find(K key) {
    gpointer value = nullptr;
    if (!g_hash_table_lookup_extended(m, pointer_to(key), nullptr, &value)) return nullptr;
    found = reinterpret_cast<uintptr_t>(value);
    return &found;
  }
  bool erase(K key) { return g_hash_table_remove(m, pointer_to(key)); }
  uint64_t sum() const {
    uint64_t total = 0;
    GHashTableIter iter;
    gpointer value = nullptr;
    g_hash_table_iter_init(&iter, m);
    while (g_hash_table_iter_next(&iter, nullptr, &value)) {
      total += reinterpret_cast<uintptr_t>(value);
    }
    return total;
  }

  GHashTable* m = make();
  uint64_t found = 0;
};
#endif

// Calls f.template operator()<Map>(name) for each map of K whose texts are its caller's.
template <typename K, typename F>
void for_each_map(F f) {
  f.template operator()<CexMap<K>>("cex");
  f.template operator()<CexFlatMap<K>>("cex_flat");
  f.template operator()<AbslMap<K, K>>("absl_flat");
  f.template operator()<StdMap<K, K>>("std_unordered");
#ifdef CEX_BENCH_HAS_BOOST
  f.template operator()<BoostMap<K, K>>("boost_flat");
#endif
#ifdef CEX_BENCH_HAS_TSL
  f.template operator()<TslMap<K, K>>("tsl_hopscotch");
#endif
#ifdef CEX_BENCH_HAS_TSL_ORDERED
  f.template operator()<TslOrderedMap<K, K>>("tsl_ordered");
#endif
  // These two compare bytes: of a Named, the address of its text.
  if constexpr (!std::is_same_v<K, Named>) {
#ifdef CEX_BENCH_HAS_STB
    constexpr bool kIsText = std::is_same_v<K, std::string_view>;
    f.template operator()<std::conditional_t<kIsText, StbTextMap<false>, StbMap<K>>>("stb_ds");
#endif
#ifdef CEX_BENCH_HAS_UTHASH
    f.template operator()<UtMap<K>>("uthash");
#endif
  }
#ifdef CEX_BENCH_HAS_GLIB
  f.template operator()<GlibMap<K>>("glib");
#endif
}

// The same for maps that keep copies of the texts.
template <typename F>
void for_each_owning_map(F f) {
  using K = std::string_view;
  using S = std::string;
  f.template operator()<CexMap<K, Keys::kCopied>>("cex");
  f.template operator()<CexMap<K, Keys::kPages>>("cex_pages");
  f.template operator()<CexFlatMap<K, Keys::kCopied>>("cex_flat");
  f.template operator()<AbslMap<K, S>>("absl_flat");
  f.template operator()<StdMap<K, S>>("std_unordered");
#ifdef CEX_BENCH_HAS_BOOST
  f.template operator()<BoostMap<K, S>>("boost_flat");
#endif
#ifdef CEX_BENCH_HAS_TSL
  f.template operator()<TslMap<K, S>>("tsl_hopscotch");
#endif
#ifdef CEX_BENCH_HAS_TSL_ORDERED
  f.template operator()<TslOrderedMap<K, S>>("tsl_ordered");
#endif
#ifdef CEX_BENCH_HAS_STB
  f.template operator()<StbTextMap<true>>("stb_ds");
#endif
#ifdef CEX_BENCH_HAS_UTHASH
  f.template operator()<UtMap<K, true>>("uthash");
#endif
#ifdef CEX_BENCH_HAS_GLIB
  f.template operator()<GlibMap<K, true>>("glib");
#endif
}

}  // namespace cex::bench

#endif  // CEX_BENCH_MAP_PEERS_H_
