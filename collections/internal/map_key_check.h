// Whether the keys of a map still are what they were when they were inserted: CEX_TEST only.
//
// The index tells: a key's hash leads to its entry, unless the key was changed. The sum of
// all hashes tells of a map without an index, and of the changes that the index can't tell
// (its tags have eight bits). A lookup that finds nothing looks at a few of the entries in
// turn, so that it costs no more in a large map; a small map's are looked at all. All
// entries are looked at where all are touched anyway: when the map grows, is cleared or freed.
#ifndef CEX_COLLECTIONS_INTERNAL_MAP_KEY_CHECK_H_
#define CEX_COLLECTIONS_INTERNAL_MAP_KEY_CHECK_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/collections/internal/handle.h"
#include "cex/collections/internal/hm_key.h"
#include "cex/collections/internal/map_header.h"

namespace cex::detail {

// Maps with up to so many entries are looked at as a whole.
inline constexpr size_t kMapCheckedAtOnce = 12;

// What is noted of a key. To be asked before anything changes, since a hash may throw.
template <typename E>
inline uint64_t map_note_of([[maybe_unused]] const MapHeader* header,
                            [[maybe_unused]] HmProbe<E> key) {
  if constexpr (kChecked) return HmKeyOf<E>::hash(key, header->seed);
  return 0;
}
// Notes that a key is in the map now, or no longer.
inline void map_note_in([[maybe_unused]] MapHeader* header, [[maybe_unused]] uint64_t note) {
#ifdef CEX_TEST
  header->hash_sum += note;
#endif
}
inline void map_note_out(MapHeader* header, uint64_t note) { map_note_in(header, 0 - note); }

#ifdef CEX_TEST
// Ends the program if an entry's key can't be looked at, or is not where the index has it;
// returns its hash.
template <typename E, typename L>
uint64_t map_verify_key(const MapHeader* header, const E& entry, size_t position, const Op& op) {
  using Key = HmKeyOf<E>;
  bool is_gone = false;
  if constexpr (Key::kKind == HmKeyKind::kCString) {
    const char* const text = reinterpret_cast<const char*>(entry.key);
    is_gone = is_text_forbidden(text) || (!header->copies_keys && is_text_poison(text));
  } else if constexpr (Key::kKind == HmKeyKind::kView) {
    is_gone = entry.key.size() != 0 && is_text_forbidden(entry.key.data());
  }
  const uint64_t hash = is_gone ? 0 : Key::hash(Key::probe_stored(entry.key), header->seed);
  if (is_gone || !L::is_found(header, hash, position)) {
    map_die_of_key(header, position, Key::kPointsToText, op);
  }
  return hash;
}

template <typename E, typename L>
[[gnu::noinline]] void map_verify_all_keys(const MapHeader* header, const Op& op) {
  uint64_t sum = 0;
  L::template each<E>(header, [&](const E& entry, size_t position) {
    sum += map_verify_key<E, L>(header, entry, position, op);
  });
  if (sum != header->hash_sum) map_die_of_key(header, SIZE_MAX, HmKeyOf<E>::kPointsToText, op);
}

template <typename E, typename L>
[[gnu::noinline]] void map_verify_some_keys(const MapHeader* header, const Op& op) {
  if (header->length <= kMapCheckedAtOnce) return map_verify_all_keys<E, L>(header, op);
  // Atomic: lookups may be made by several threads at once.
  const size_t turn = __atomic_fetch_add(&header->next_verified, size_t{1}, __ATOMIC_RELAXED);
  L::template some<E>(header, turn, [&](const E& entry, size_t position) {
    map_verify_key<E, L>(header, entry, position, op);
  });
}
#endif

// After a lookup that found nothing.
template <typename E, typename L>
inline void map_check_some_keys([[maybe_unused]] const MapHeader* header,
                                [[maybe_unused]] const Op& op) {
#ifdef CEX_TEST
  map_verify_some_keys<E, L>(header, op);
#endif
}

// Before all keys are hashed anew.
template <typename E, typename L>
inline void map_check_all_keys([[maybe_unused]] const MapHeader* header,
                               [[maybe_unused]] const Op& op) {
#ifdef CEX_TEST
  map_verify_all_keys<E, L>(header, op);
#endif
}

// Before all entries go. What keys point to may have gone first, if it is not the map's.
template <typename E, typename L>
inline void map_check_own_keys([[maybe_unused]] const MapHeader* header,
                               [[maybe_unused]] const Op& op) {
#ifdef CEX_TEST
  using Key = HmKeyOf<E>;
  if (Key::kKind == HmKeyKind::kCustom || (Key::kPointsToText && !header->copies_keys)) return;
  map_verify_all_keys<E, L>(header, op);
#endif
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_MAP_KEY_CHECK_H_
