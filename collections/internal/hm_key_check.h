// Whether the keys of a hm$ still are what they were when they were inserted: CEX_TEST only.
//
// The index tells: a key's hash leads to its entry, unless the key was changed. The sum of
// all hashes tells of a map without an index, and of the changes that the index can't tell
// (its tags have eight bits). A lookup that finds nothing looks at two of the entries in
// turn, so that it costs no more in a large map; a small map's are looked at all. All
// entries are looked at where all are touched anyway: when the map grows, is cleared or freed.
#ifndef CEX_COLLECTIONS_INTERNAL_HM_KEY_CHECK_H_
#define CEX_COLLECTIONS_INTERNAL_HM_KEY_CHECK_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/collections/internal/handle.h"
#include "cex/collections/internal/hm_handle.h"
#include "cex/collections/internal/hm_table.h"

namespace cex::detail {

// Maps with up to so many entries are looked at as a whole.
inline constexpr size_t kHmCheckedAtOnce = kHmSlots;

// Notes that a key is in the map now, or no longer.
template <typename E>
inline void hm_note_key([[maybe_unused]] HmHeader* header, [[maybe_unused]] const E* entry,
                        [[maybe_unused]] bool is_in) {
#ifdef CEX_TEST
  using Key = HmKeyOf<E>;
  const uint64_t hash = Key::hash(Key::probe_stored(entry->key), header->seed);
  header->hash_sum += is_in ? hash : 0 - hash;
#endif
}

#ifdef CEX_TEST
// Whether an entry's key can be looked at, and is where the index has it; adds its hash to *sum.
template <typename E>
bool hm_has_its_key(const HmHeader* header, size_t position, uint64_t* sum) {
  using Key = HmKeyOf<E>;
  const auto& key = static_cast<const E*>(header->entries)[position].key;
  if constexpr (Key::kKind == HmKeyKind::kCString) {
    if (is_text_gone(reinterpret_cast<const char*>(key), SIZE_MAX)) return false;
  } else if constexpr (Key::kKind == HmKeyKind::kView) {
    if (is_text_gone(key.data(), key.size())) return false;
  }
  const uint64_t hash = Key::hash(Key::probe_stored(key), header->seed);
  *sum += hash;
  return header->chunks == nullptr || hm_index_find(header, hash, position).chunk != nullptr;
}

template <typename E>
[[gnu::noinline]] void hm_verify_all_keys(const HmHeader* header, const char* call, Site site) {
  constexpr bool kPoints = HmKeyOf<E>::kPointsToText;
  uint64_t sum = 0;
  for (size_t i = 0; i < header->length; ++i) {
    if (!hm_has_its_key<E>(header, i, &sum)) hm_die_of_key(header, i, kPoints, call, site);
  }
  if (sum != header->hash_sum) hm_die_of_key(header, SIZE_MAX, kPoints, call, site);
}

template <typename E>
[[gnu::noinline]] void hm_verify_some_keys(const HmHeader* header, const char* call, Site site) {
  if (header->length <= kHmCheckedAtOnce) return hm_verify_all_keys<E>(header, call, site);
  // Atomic: lookups may be made by several threads at once.
  const size_t turn = __atomic_fetch_add(&header->next_verified, size_t{2}, __ATOMIC_RELAXED);
  uint64_t sum = 0;
  for (size_t i = turn; i != turn + 2; ++i) {
    const size_t position = i % header->length;
    if (!hm_has_its_key<E>(header, position, &sum)) {
      hm_die_of_key(header, position, HmKeyOf<E>::kPointsToText, call, site);
    }
  }
}
#endif

// After a lookup that found nothing.
template <typename E>
inline void hm_check_some_keys([[maybe_unused]] const HmHeader* header,
                               [[maybe_unused]] const char* call, [[maybe_unused]] Site site) {
#ifdef CEX_TEST
  hm_verify_some_keys<E>(header, call, site);
#endif
}

// Before all keys are hashed anew.
template <typename E>
inline void hm_check_all_keys([[maybe_unused]] const HmHeader* header,
                              [[maybe_unused]] const char* call, [[maybe_unused]] Site site) {
#ifdef CEX_TEST
  hm_verify_all_keys<E>(header, call, site);
#endif
}

// Before all entries go. What keys point to may have gone first, if it is not the map's.
template <typename E>
inline void hm_check_own_keys([[maybe_unused]] const HmHeader* header,
                              [[maybe_unused]] const char* call, [[maybe_unused]] Site site) {
#ifdef CEX_TEST
  using Key = HmKeyOf<E>;
  if (Key::kKind == HmKeyKind::kCustom || (Key::kPointsToText && !header->copies_keys)) return;
  hm_verify_all_keys<E>(header, call, site);
#endif
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HM_KEY_CHECK_H_
