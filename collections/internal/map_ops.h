// Finding, inserting and deleting: the work behind the members of hm$ and hf$.
//
// Each of these is told the type of an entry, E, and the layout, L: HmDense or HfFlat, which know
// where entries lie and how they are found. All take the header of a map that is not null.
#ifndef CEX_COLLECTIONS_INTERNAL_MAP_OPS_H_
#define CEX_COLLECTIONS_INTERNAL_MAP_OPS_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <new>
#include <type_traits>
#include <utility>

#include "cex/collections/internal/construct.h"
#include "cex/collections/internal/element.h"
#include "cex/collections/internal/hm_key.h"
#include "cex/collections/internal/hm_key_pages.h"
#include "cex/collections/internal/map_blank.h"
#include "cex/collections/internal/map_header.h"
#include "cex/collections/internal/map_key_check.h"
#include "cex/collections/internal/text.h"

namespace cex::detail {

// What an entry takes; here it is found wanting, too.
template <typename E>
constexpr MapLayout map_layout() {
  static_assert(
      requires(E e) { e.key; },
      "cex: the struct of hm$s(S) needs a field called key (and one called value for "
      "hm$set, hm$setp, hm$get and hm$getp).");
  static_assert(std::is_trivially_copyable_v<E> && std::is_trivially_copy_constructible_v<E> &&
                    std::is_trivially_destructible_v<E>,
                "cex: hm$ moves its entries as bytes and runs no destructors, so keys and values "
                "must be trivially copyable and trivially destructible. Keep std::string keys as "
                "std::string_view with .copy_keys, and larger values behind a pointer.");
  static_assert(alignof(E) <= kMaxAlign,
                "cex: hm$: an entry is aligned beyond 64 bytes, which no IAllocator gives.");
  static_assert(sizeof(E) < kElementLimit, "cex: hm$: one entry takes more than 2 GiB.");
  // Without a key, that advice is all there is to say.
  if constexpr (requires(E e) { e.key; }) {
    using K = std::remove_cv_t<decltype(E::key)>;
    hm_check_key<K>();
    return {static_cast<uint32_t>(sizeof(E)), static_cast<uint32_t>(alignof(E)),
            HmKey<K>::kIsScanned, HmKey<K>::kHashMayThrow};
  }
  return {};
}

template <typename E>
inline void map_check(const MapHeader* header, const Op& op) {
  map_check(header, map_layout<E>(), op.name, op.site);
}

// The key in the form that is hashed and compared.
template <typename E>
inline HmProbe<E> map_probe(typename HmKeyOf<E>::Param key, [[maybe_unused]] const Op& op) {
  if constexpr (kChecked) {
    bool is_null = false;
    if constexpr (HmKeyOf<E>::kKind == HmKeyKind::kCString) is_null = key == nullptr;
    if constexpr (HmKeyOf<E>::kKind == HmKeyKind::kCharArray) is_null = key.is_null_text();
    if (is_null) die(op.site, "%s: the key is a null string", op.name);
  }
  return HmKeyOf<E>::probe(key);
}

// The entry of `key`, or nullptr. Always inline: as map_insert().
template <typename E, typename L>
[[gnu::always_inline]] inline E* map_find(const MapHeader* header, typename HmKeyOf<E>::Param key,
                                          const Op& op) {
  map_check<E>(header, op);
  typename L::Found where;
  E* const found = L::template find<E>(header, map_probe<E>(key, op), &where);
  if (found == nullptr) map_check_some_keys<E, L>(header, op);
  return found;
}

// Bytes of a copied key: its text and a NUL.
inline size_t map_copy_size(Text text) { return text.size() + 1; }

inline char* map_copy_text(MapHeader* header, Text text, Site site) {
  const size_t size = map_copy_size(text);
  char* const copy = header->key_pages != nullptr
                         ? header->key_pages->allocate(size, site)
                         : static_cast<char*>(mem_malloc(header->allocator, size, 1, site));
  if (copy == nullptr) return nullptr;
  if (!text.empty()) memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

inline void map_free_text(MapHeader* header, Text text, Site site) {
  char* p = const_cast<char*>(text.data());
  if (header->key_pages != nullptr) {
    header->key_pages->release(p, map_copy_size(text), site);
  } else {
    mem_free(header->allocator, p, site);
  }
}

// An entry's key is about to go.
template <typename E>
inline void map_drop_key([[maybe_unused]] MapHeader* header, [[maybe_unused]] const E* entry,
                         [[maybe_unused]] Site site) {
  if constexpr (HmKeyOf<E>::kPointsToText) {
    if (header->copies_keys) map_free_text(header, HmKeyOf<E>::probe_stored(entry->key), site);
  }
}

// Frees the copies that all keys of a map may be. All entries are to go.
template <typename E, typename L>
void map_free_keys(MapHeader* header, const Op& op) {
  HmKeyPages* const pages = header->key_pages;
  if (pages != nullptr) pages->check(op.site);
  map_check_own_keys<E, L>(header, op);
  if constexpr (HmKeyOf<E>::kPointsToText) {
    if (!header->copies_keys) return;
    if (pages == nullptr || pages->has_alone()) {
      L::template each<E>(header, [&](const E& entry, size_t) {
        const Text text = HmKeyOf<E>::probe_stored(entry.key);
        if (pages == nullptr || pages->is_alone(map_copy_size(text))) {
          map_free_text(header, text, op.site);
        }
      });
    }
    if (pages != nullptr) pages->clear(op.site);
  }
}

template <typename E, typename L>
void map_free(MapHeader* header, const Op& op) {
  map_verify(header, map_layout<E>(), op.name, op.site);
  map_free_keys<E, L>(header, op);
  map_destroy(header, L::kEnd, op.site);
}

template <typename E, typename L>
void map_clear(MapHeader* header, const Op& op) {
  map_check<E>(header, op);
  map_free_keys<E, L>(header, op);
  [[maybe_unused]] const ForMap map(header);
  L::reset(header, map_layout<E>(), op.site);
}

// Makes room for `needed` entries in all; false, or the end of the program, when there is no
// memory.
template <typename E, typename L>
bool map_reserve(MapHeader* header, size_t needed, const Op& op) {
  map_check<E>(header, op);
  if (needed <= header->room) return true;
  map_check_all_keys<E, L>(header, op);
  [[maybe_unused]] const ForMap map(header);
  const void* none = nullptr;
  if (L::template grow<E>(header, map_layout<E>(), needed, /*exact=*/true, &none, op.site)) {
    return true;
  }
  if (op.on_failure == OnFailure::kDie) map_die_of_memory(header, needed, 0, op);
  return false;
}

template <typename E, typename L>
bool map_shrink(MapHeader* header, const Op& op) {
  map_check<E>(header, op);
  map_check_all_keys<E, L>(header, op);
  [[maybe_unused]] const ForMap map(header);
  return L::template shrink<E>(header, map_layout<E>(), op.site);
}

// Ends the program because of a text that is too long for its field: storing part of
// it would make it another key. `spare` of the field's bytes are left.
template <typename E>
void map_check_length(HmProbe<E> key, size_t spare, const Op& op) {
  if constexpr (HmKeyOf<E>::kKind == HmKeyKind::kCharArray) {
    if (key.size() + spare > sizeof(E::key)) {
      die(op.site, "%s: a key of %zu characters does not fit a char[%zu] with its NUL", op.name,
          key.size(), sizeof(E::key));
    }
  }
}

template <typename E>
struct MapInserted {
  E* entry;    // nullptr: there was no memory
  bool fresh;  // whether it is new: its bytes are then still to be written, all of them
};

// Makes room for at least one more entry. A key that lies in the entries' block moves with
// that, and *key with it. Text that is only pointed to is not followed: so is what the entry
// would point to.
template <typename E, typename L>
bool map_grow(MapHeader* header, HmSource<E>* key, const Op& op) {
  using Key = HmKeyOf<E>;
  constexpr bool kFollows = Key::kKind != HmKeyKind::kScalar && !Key::kPointsToText;
  if (header->length < kMapMaxEntries) map_check_all_keys<E, L>(header, op);
  const void* inside = nullptr;
  if constexpr (kFollows && Key::kKind == HmKeyKind::kCharArray) {
    inside = key->data();
  } else if constexpr (kFollows) {
    inside = *key;
  }
  if (!L::template grow<E>(header, map_layout<E>(), header->length + 1, /*exact=*/false, &inside,
                           op.site)) {
    return false;
  }
  if constexpr (kFollows && Key::kKind == HmKeyKind::kCharArray) {
    *key = Text(static_cast<const char*>(inside), key->size());
  } else if constexpr (kFollows) {
    *key = static_cast<HmSource<E>>(inside);
  }
  return true;
}

// Gets what an insertion needs, and puts everything that may fail in one place: the
// key's copy, to which *key then points, and room for the entry last. False, or the
// end of the program, when there is no memory; the map is then as it was. It is not given an
// Op, which would be made in memory with each insertion.
template <typename E, typename L>
[[gnu::noinline]] bool map_make_room(MapHeader* header, HmSource<E>* key, const char* call,
                                     Site site, OnFailure on_failure) {
  const Op op{call, site, on_failure};
  [[maybe_unused]] const ForMap map(header);
  const bool grows = header->length == header->room;
  if constexpr (HmKeyOf<E>::kPointsToText) {
    if (header->copies_keys) {
      char* const copy = map_copy_text(header, *key, op.site);
      if (copy != nullptr) {
        *key = Text(copy, key->size());
        if (!grows || map_grow<E, L>(header, key, op)) return true;
        map_free_text(header, *key, op.site);
      }
      if (op.on_failure == OnFailure::kDie) {
        map_die_of_memory(header, header->length + 1, copy == nullptr ? map_copy_size(*key) : 0,
                          op);
      }
      return false;
    }
  }
  if (!grows || map_grow<E, L>(header, key, op)) return true;
  if (op.on_failure == OnFailure::kDie) map_die_of_memory(header, header->length + 1, 0, op);
  return false;
}

// The entry of `*source`, made where there is none. A new one is counted and indexed
// already; *source is then what it must hold or, of text, point to. Always inline: what
// only a report needs would cost a call as much as its work.
template <typename E, typename L, typename Blank>
[[gnu::always_inline]] inline MapInserted<E> map_insert(MapHeader* header, HmSource<E>* source,
                                                        Blank& blank, Op op) {
  using Key = HmKeyOf<E>;
  if (header == nullptr) [[unlikely]]
    map_die_of_null(op.name, op.site);
  map_check<E>(header, op);
  const bool had_hash = L::has_hash(header);
  typename L::Found where{};
  E* const found = L::template find<E>(header, Key::probe_of(*source), &where);
  if (found != nullptr) return {found, false};
  map_check_some_keys<E, L>(header, op);
  // A whole entry is taken as it is.
  if constexpr (!std::is_same_v<Blank, MapNoBlank>) {
    map_check_length<E>(Key::probe_of(*source), /*spare=*/1, op);
  }
  const uint64_t note = map_note_of<E>(header, Key::probe_of(*source));
  blank.prepare(Key::probe_of(*source));

  bool needs_memory = header->length == header->room;
  if constexpr (Key::kPointsToText) needs_memory = needs_memory || header->copies_keys;
  if (needs_memory) [[unlikely]] {
    // By way of a copy, so that `*source` can stay in registers.
    HmSource<E> key = *source;
    if (!map_make_room<E, L>(header, &key, op.name, op.site, op.on_failure))
      return {nullptr, false};
    *source = key;
    L::template look_again<E>(header, Key::probe_of(key), had_hash, &where);
  }
  map_note_in(header, note);
  return {L::template add<E>(header, where, op.site), true};
}

// map_insert, and the key stored: a new entry is all zero but for its key. The key may lie in
// the map.
template <typename E, typename L>
[[gnu::always_inline]] inline MapInserted<E> map_insert_key(MapHeader* header,
                                                            typename HmKeyOf<E>::Param param,
                                                            Op op) {
  using Key = HmKeyOf<E>;
  HmSource<E> source = Key::source(map_probe<E>(param, op));
  MapBlank<E> blank;
  const MapInserted<E> result = map_insert<E, L>(header, &source, blank, op);
  if (result.entry == nullptr) {
    // Callers need no check of their own, and static analysis sees none missing.
    if (op.on_failure == OnFailure::kDie) __builtin_unreachable();
    return result;
  }
  if (result.fresh) blank.put(result.entry, Key::probe_of(source));
  return result;
}

// Whether most keys are set at the first look. Not with the checks, which have more to do, nor for
// over-aligned values, whose passing by value g++ has a note about.
template <typename E, typename L, typename V>
constexpr bool map_sets_at_once() {
  if constexpr (!std::is_convertible_v<const V&, V>) return false;  // explicit: not by value
  if constexpr (kChecked || HmKeyOf<E>::kKind != HmKeyKind::kScalar) return false;
  if constexpr (alignof(E) > kDefaultAlign || !requires { requires noexcept(E{}); }) return false;
  return requires { &L::template find_or_add<E>; };
}

// The others, out of line. It is not given an Op, which would be made in memory with each.
template <typename E, typename L, typename V>
[[gnu::noinline]] E* map_set_others(MapHeader* header, typename HmKeyOf<E>::Param key, V value,
                                    const char* call, Site site, OnFailure on_failure) {
  E* const entry = map_insert_key<E, L>(header, key, {call, site, on_failure}).entry;
  if (entry == nullptr) return nullptr;  // with OnFailure::kReturnNull
  entry->value = std::as_const(value);
  return entry;
}

// Sets the value of a key; the entry, or nullptr where there was no memory.
template <typename E, typename L, typename V>
[[gnu::always_inline]] inline E* map_set(MapHeader* header, typename HmKeyOf<E>::Param key,
                                         const V& value, Op op) {
  static_assert(
      requires(E e) { static_cast<void>(e.value = value); },
      "cex: hm$set assigns the value, and this one can't be assigned. Use hm$setp or hm$sets.");
  if constexpr (map_sets_at_once<E, L, V>()) {
    bool fresh = false;
    E* entry = nullptr;
    if (header != nullptr && header->length != header->room) [[likely]] {
      entry = L::template find_or_add<E>(header, key, &fresh);
    }
    if (entry == nullptr) [[unlikely]] {
      entry = map_set_others<E, L, V>(header, key, value, op.name, op.site, op.on_failure);
      if (op.on_failure == OnFailure::kDie && entry == nullptr) __builtin_unreachable();
      return entry;
    }
    if (fresh) map_make_keyed<E>(static_cast<void*>(entry), key);
    entry->value = value;
    return entry;
  }
  const V kept(value);  // it may be an entry's, which moves when the map grows
  E* const entry = map_insert_key<E, L>(header, key, op).entry;
  if (op.on_failure == OnFailure::kReturnNull && entry == nullptr) return nullptr;
  entry->value = kept;
  return entry;
}

// Sets a whole entry; where its key is already there, that key object stays.
template <typename E, typename L>
E* map_put(MapHeader* header, const E& from, const Op& op) {
  using Key = HmKeyOf<E>;
  const E kept(from);  // it may be an entry of the map, which moves when it grows
  if constexpr (kChecked && Key::kKind == HmKeyKind::kCString) {
    if (kept.key == nullptr) die(op.site, "%s: the key is a null string", op.name);
  }
  HmSource<E> source = Key::source(Key::probe_stored(kept.key));
  MapNoBlank blank;
  const MapInserted<E> result = map_insert<E, L>(header, &source, blank, op);
  if (result.entry == nullptr) {
    if (op.on_failure == OnFailure::kDie) __builtin_unreachable();
    return nullptr;
  }
  if constexpr (Key::kPointsToText) {
    const Text text = result.fresh ? source : Key::probe_stored(result.entry->key);
    // The text that the map already has, or has just copied, not the caller's.
    E* const entry = ::new (static_cast<void*>(result.entry)) E(kept);
    map_store_key<E>(entry, text);
    return entry;
  } else {
    alignas(E) char old_key[sizeof(kept.key)];
    if (!result.fresh) memcpy(old_key, __builtin_addressof(result.entry->key), sizeof(old_key));
    E* const entry = ::new (static_cast<void*>(result.entry)) E(kept);
    if (!result.fresh) {
      // The key may be declared const.
      const void* const key = __builtin_addressof(entry->key);
      memcpy(const_cast<void*>(key), old_key, sizeof(old_key));
    }
    return entry;
  }
}

// An entry from its fields in order, of which the key is the first.
template <typename E, typename First, typename... Rest>
E map_make_entry(const Op& op, First&& first, Rest&&... rest) {
  if constexpr (std::is_array_v<decltype(E::key)> &&
                std::is_convertible_v<First, typename HmKeyOf<E>::Param>) {
    // A string literal, or another array, initializes an array only where it is written, so
    // it is copied here.
    static_assert(offsetof(E, key) == 0,
                  "cex: hm$sets(m, key, …): the key is not the first field; "
                  "use hm$sets(m, {.key = …}).");
    E entry = construct_behind_first<E>(static_cast<Rest&&>(rest)...);
    const HmProbe<E> key = map_probe<E>(first, op);
    map_check_length<E>(key, /*spare=*/0, op);
    map_store_key<E>(&entry, key);
    return entry;
  } else {
    return construct<E>(static_cast<First&&>(first), static_cast<Rest&&>(rest)...);
  }
}

// Removes `key`; whether it was there. A hm$ moves the last entry into its place, or where it is
// to be `kOrdered` those behind it down.
template <typename E, typename L, bool kOrdered = false>
bool map_erase(MapHeader* header, typename HmKeyOf<E>::Param param, const Op& op) {
  map_check<E>(header, op);
  typename L::Found where;
  E* const entry = L::template find<E>(header, map_probe<E>(param, op), &where);
  if (entry == nullptr) {
    map_check_some_keys<E, L>(header, op);
    return false;
  }
  // The key may be the stored one itself; it is not looked at beyond this point.
  const uint64_t note = map_note_of<E>(header, HmKeyOf<E>::probe_stored(entry->key));
  if constexpr (kOrdered) {
    L::template unlink_ordered<E>(header, entry, where);
  } else {
    L::template unlink<E>(header, entry, where, op);
  }
  map_note_out(header, note);
  map_drop_key(header, entry, op.site);
  if constexpr (kOrdered) {
    L::template remove_ordered<E>(header, entry);
  } else {
    L::template remove<E>(header, entry);
  }
  return true;
}

// Removes the entries that `goes` says; how many.
template <typename E, typename L, typename Goes>
size_t map_erase_if(MapHeader* header, Goes& goes, const Op& op) {
  map_check<E>(header, op);
  map_check_all_keys<E, L>(header, op);
  return L::template erase_if<E>(header, goes, [&](const E* entry) {
    map_note_out(header, map_note_of<E>(header, HmKeyOf<E>::probe_stored(entry->key)));
    map_drop_key(header, entry, op.site);
  });
}

// Looks up `count` keys and calls take(i, entry or nullptr) for each. A lookup has three steps,
// each of which waits for the cache line that the one before has asked for; so between two
// steps of one lookup lie those of `ahead` others. In tables beyond the caches 64 are twice as
// fast as 16: that many lines can be on their way. In the caches there is nothing to wait for.
template <typename E, typename L, typename Q, typename Take>
void map_find_many(const MapHeader* header, const Q* keys, size_t count, const Take& take,
                   const Op& op) {
  using Key = HmKeyOf<E>;
  constexpr size_t kMostAhead = 64;
  map_check<E>(header, op);
  if (header->length < kMapBeyondCaches) {
    for (size_t i = 0; i < count; ++i) take(i, map_find<E, L>(header, keys[i], op));
    return;
  }
  struct {
    uint64_t hash;
    E* guess;  // where the entry is, most likely
  } lookups[2 * kMostAhead];
  const size_t ahead = count < kMostAhead ? count : kMostAhead;
  // What a key is converted to lives as long as the call.
  const auto find_as = [&](typename Key::Param param, uint64_t hash, E* guess) -> E* {
    const HmProbe<E> key = map_probe<E>(param, op);
    return guess != nullptr && Key::equal(guess->key, key)
               ? guess
               : L::template find_hashed<E>(header, key, hash);
  };
  for (size_t i = 0; i < count + 2 * ahead; ++i) {
    if (i >= 2 * ahead) {
      const size_t done = i - 2 * ahead;
      const auto& [hash, guess] = lookups[done % (2 * kMostAhead)];
      E* const entry = find_as(keys[done], hash, guess);
      if (entry == nullptr) map_check_some_keys<E, L>(header, op);
      take(done, entry);
    }
    if (i >= ahead && i < count + ahead) {
      auto& [hash, guess] = lookups[(i - ahead) % (2 * kMostAhead)];
      guess = L::template prefetch_entry<E>(header, hash);
    }
    if (i < count) {
      uint64_t& hash = lookups[i % (2 * kMostAhead)].hash;
      hash = Key::hash(map_probe<E>(keys[i], op), header->seed);
      L::prefetch(header, hash);
    }
  }
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_MAP_OPS_H_
