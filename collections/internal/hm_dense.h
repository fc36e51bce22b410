// The layout of a hm$, with the types of its keys and entries: what map_ops.h asks of a layout.
#ifndef CEX_COLLECTIONS_INTERNAL_HM_DENSE_H_
#define CEX_COLLECTIONS_INTERNAL_HM_DENSE_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cex/collections/internal/hm_key.h"
#include "cex/collections/internal/hm_table.h"
#include "cex/collections/internal/map_header.h"

namespace cex::detail {

template <typename E>
inline E* hm_entries(const MapHeader* header) {
  return static_cast<E*>(header->entries);
}

// The entry of `key`, or nullptr, in a map that has no index.
template <typename E>
inline E* hm_scan(const MapHeader* header, HmProbe<E> key) {
  if constexpr (HmKeyOf<E>::kIsScanned) {
    E* const entries = hm_entries<E>(header);
    E* const end = entries + header->length;
    for (E* entry = entries; entry != end; ++entry) {
      if (HmKeyOf<E>::equal(entry->key, key)) return entry;
    }
  }
  return nullptr;
}

// The rest of hm_search, behind the first chunk: out of line, since few get here.
template <typename E>
[[gnu::noinline]] E* hm_search_on(const MapHeader* header, HmProbe<E> key, uint64_t hash,
                                  HmPlace* place) {
  const Tags tags = repeat_tag(hash);
  size_t at = static_cast<size_t>(hash);
  // Only a map whose every chunk overflowed would come round to the first.
  for (size_t left = header->mask; left != 0; left -= sizeof(HmChunk)) {
    at += hm_step(hash);
    HmChunk& chunk = hm_chunk(header->chunks, header->mask, at);
    for (unsigned match = hm_match(chunk, tags); match != 0; match &= match - 1) {
      const unsigned slot = static_cast<unsigned>(__builtin_ctz(match));
      E* const entry = hm_entries<E>(header) + chunk.positions[slot];
      if (HmKeyOf<E>::equal(entry->key, key)) {
        *place = {&chunk, slot};
        return entry;
      }
    }
    if (!hm_has_overflow(chunk)) break;
  }
  return nullptr;
}

// The entry of `key`, or nullptr, in a map that has an index; `place` is its slot there.
template <typename E>
inline E* hm_search(const MapHeader* header, HmProbe<E> key, uint64_t hash, HmPlace* place) {
  HmChunk& chunk = hm_chunk(header->chunks, header->mask, static_cast<size_t>(hash));
  for (unsigned match = hm_match(chunk, repeat_tag(hash)); match != 0; match &= match - 1) {
    const unsigned slot = static_cast<unsigned>(__builtin_ctz(match));
    E* const entry = hm_entries<E>(header) + chunk.positions[slot];
    if (HmKeyOf<E>::equal(entry->key, key)) [[likely]] {
      *place = {&chunk, slot};
      return entry;
    }
  }
  if (!hm_has_overflow(chunk)) [[likely]]
    return nullptr;
  return hm_search_on<E>(header, key, hash, place);
}

// Enters all entries into fresh chunks. The cache lines of the texts and those of the chunks are
// asked for some entries ahead: they are anywhere, so that each would be waited for.
template <typename E>
void hm_index_all(const MapHeader* header, HmChunk* chunks, size_t mask) {
  constexpr size_t kAhead = 16;
  const E* const entries = hm_entries<E>(header);
  const size_t length = header->length;
  uint64_t hashes[kAhead];
  for (size_t i = 0; i < length + kAhead; ++i) {
    uint64_t& hash = hashes[i % kAhead];
    if (i >= kAhead) hm_index_insert(chunks, mask, hash, i - kAhead);
    if (i + kAhead < length) HmKeyOf<E>::prefetch_text(entries[i + kAhead].key);
    if (i < length) {
      hash = HmKeyOf<E>::hash(HmKeyOf<E>::probe_stored(entries[i].key), header->seed);
      __builtin_prefetch(&hm_chunk(chunks, mask, static_cast<size_t>(hash)), 1);
    }
  }
}

// An index that is being filled. The map goes on without it where a hash throws.
struct HmFilling {
  MapHeader* header;
  HmGrowth growth;
  Site site;
  bool done = false;

  ~HmFilling() {
    if (!done) hm_abandon(header, growth, site);
  }
};

// Second half of a growth, or of its opposite: indexes all entries anew where there are new
// chunks. False, and the map as it was, when there was no memory.
template <typename E>
bool hm_finish(MapHeader* header, HmGrowth growth, Site site) {
  if (!growth.done) return false;
  HmFilling filling{header, growth, site};
  if (growth.chunks != nullptr) hm_index_all<E>(header, growth.chunks, hm_mask_of(growth.count));
  filling.done = true;
  hm_install(header, growth, site);
  return true;
}

// The slot of the last entry, by its key.
template <typename E>
HmPlace hm_find_last(const MapHeader* header, size_t last, const Op& op) {
  using Key = HmKeyOf<E>;
  const uint64_t hash = Key::hash(Key::probe_stored(hm_entries<E>(header)[last].key), header->seed);
  const HmPlace place = hm_index_find(header, hash, last);
  if (place.chunk != nullptr) [[likely]]
    return place;
  if constexpr (kChecked) map_die_of_key(header, last, Key::kPointsToText, op);
  return hm_index_find_anywhere(header, last);
}

// What is left of the entries of a map while some of them go; the rest moves down in the end, also
// where that is an exception. Then all are indexed anew. Where hashing may throw, which it must not
// do in the end, the index follows each entry instead, which takes two or three times as long.
template <typename E>
struct HmCompaction {
  static constexpr bool kFollows = HmKeyOf<E>::kHashMayThrow;
  MapHeader* header;
  size_t from = 0;  // the next to be looked at
  size_t to = 0;    // where it goes if it stays

  E* next() { return hm_entries<E>(header) + from; }
  void keep() {
    if (to != from) {
      if constexpr (kFollows) {
        const HmPlace place = hm_place_of(header, hash(), from);
        place.chunk->positions[place.slot] = static_cast<uint32_t>(to);
      }
      memcpy(static_cast<void*>(hm_entries<E>(header) + to), next(), sizeof(E));
    }
    ++to;
    ++from;
  }
  // Calls drop(entry), which may throw before it has changed anything.
  template <typename Drop>
  void erase(const Drop& drop) {
    if constexpr (kFollows) {
      const uint64_t its_hash = hash();
      drop(next());
      hm_index_erase_stored(header, its_hash, from);
    } else {
      drop(next());
    }
    ++from;
  }

  ~HmCompaction() {
    if (to == from) return;
    const size_t left = header->length - from;
    E* const entries = hm_entries<E>(header);
    memmove(static_cast<void*>(entries + to), entries + from, left * sizeof(E));
    header->length = to + left;
    if constexpr (kFollows) {
      if (left != 0) hm_index_move_down(header, from, from - to);
    } else if (header->chunks != nullptr) {
      hm_empty_index(header);
      hm_index_all<E>(header, header->chunks, header->mask);
    }
    hm_drop_entries(header, header->length, from - to);
  }

 private:
  uint64_t hash() { return HmKeyOf<E>::hash(HmKeyOf<E>::probe_stored(next()->key), header->seed); }
};

struct HmDense {
  static constexpr Literal kPrefix = "hm$";
  static constexpr MapStart kStart = hm_start;
  static constexpr MapEnd kEnd = hm_end;

  // What a search has learned of where a key is, or might be put.
  struct Found {
    uint64_t hash;  // not set where there is no index
    HmPlace place;
  };

  // The entry of `key`, or nullptr.
  template <typename E>
  static E* find(const MapHeader* header, HmProbe<E> key, Found* found) {
    if (header->chunks == nullptr) return hm_scan<E>(header, key);
    found->hash = HmKeyOf<E>::hash(key, header->seed);
    return hm_search<E>(header, key, found->hash, &found->place);
  }

  // After a growth: where `key` might be put now.
  template <typename E>
  static void look_again(const MapHeader* header, HmProbe<E> key, bool had_hash, Found* found) {
    if (!had_hash && header->chunks != nullptr) found->hash = HmKeyOf<E>::hash(key, header->seed);
  }
  static bool has_hash(const MapHeader* header) { return header->chunks != nullptr; }

  // Counts and indexes one entry more, for which there is room, and returns it.
  template <typename E>
  static E* add(MapHeader* header, const Found& found, Site site) {
    const size_t length = header->length;
    hm_use_entry(header, site);
    if (header->chunks != nullptr) [[likely]] {
      hm_index_remember(header, hm_index_insert(header->chunks, header->mask, found.hash, length));
    }
    header->length = length + 1;
    return hm_entries<E>(header) + length;
  }

  // Takes an entry that was found out of the index; its key is still there.
  template <typename E>
  static void unlink(MapHeader* header, E* entry, const Found& found, const Op& op) {
    if (header->chunks == nullptr) return;
    E* const entries = hm_entries<E>(header);
    const size_t last = header->length - 1;
    if (entry != entries + last) {
      HmPlace moved = hm_index_newest(header, last);
      if (moved.chunk == nullptr) moved = hm_find_last<E>(header, last, op);
      moved.chunk->positions[moved.slot] = static_cast<uint32_t>(entry - entries);
    }
    hm_index_erase(header, found.hash, found.place);
  }
  // Then fills its place with the last one.
  template <typename E>
  static void remove(MapHeader* header, E* entry) {
    const size_t last = header->length - 1;
    E* const moved = hm_entries<E>(header) + last;
    if (entry != moved) memcpy(static_cast<void*>(entry), moved, sizeof(E));
    header->length = last;
    hm_drop_entries(header, last, 1);
  }

  // The same for one entry, and those behind it move down: takes as long as the map is large.
  template <typename E>
  static void unlink_ordered(MapHeader* header, E* entry, const Found& found) {
    if (header->chunks == nullptr) return;
    hm_index_erase(header, found.hash, found.place);
    hm_index_move_down(header, static_cast<size_t>(entry - hm_entries<E>(header)) + 1, 1);
  }
  template <typename E>
  static void remove_ordered(MapHeader* header, E* entry) {
    E* const end = hm_entries<E>(header) + header->length;
    memmove(static_cast<void*>(entry), entry + 1, static_cast<size_t>(end - entry - 1) * sizeof(E));
    --header->length;
    hm_drop_entries(header, header->length, 1);
  }

  // Removes the entries for which goes(entry), having called drop(entry); how many. Keeps the
  // order.
  template <typename E, typename Goes, typename Drop>
  static size_t erase_if(MapHeader* header, Goes& goes, const Drop& drop) {
    const size_t length = header->length;
    HmCompaction<E> all{header};
    while (all.from < length) {
      if (goes(*all.next())) {
        all.erase(drop);
      } else {
        all.keep();
      }
    }
    return all.from - all.to;
  }

  // Makes room for `needed` entries in all, for just that many where it is to be `exact`;
  // false, and the map as it was, when there is no memory. `*inside`, where it points into the
  // entries, follows them.
  template <typename E>
  static bool grow(MapHeader* header, MapLayout layout, size_t needed, bool exact,
                   const void** inside, Site site) {
    // As numbers, since pointers into different objects have no order.
    const uintptr_t distance =
        reinterpret_cast<uintptr_t>(*inside) - reinterpret_cast<uintptr_t>(header->entries);
    if (!hm_finish<E>(header, hm_prepare(header, layout, needed, exact, site), site)) return false;
    if (distance < header->length * sizeof(E)) {
      *inside = static_cast<const char*>(header->entries) + distance;
    }
    return true;
  }
  template <typename E>
  static bool shrink(MapHeader* header, MapLayout layout, Site site) {
    return hm_finish<E>(header, hm_prepare_shrinking(header, layout, site), site);
  }
  static void reset(MapHeader* header, MapLayout layout, Site) { hm_reset(header, layout); }

  // Calls visit(entry, position) for each.
  template <typename E, typename Visit>
  static void each(const MapHeader* header, const Visit& visit) {
    E* const entries = hm_entries<E>(header);
    for (size_t i = 0; i < header->length; ++i) visit(entries[i], i);
  }
  // The same for a few, others with each `turn`.
  template <typename E, typename Visit>
  static void some(const MapHeader* header, size_t turn, const Visit& visit) {
    E* const entries = hm_entries<E>(header);
    for (size_t i = 0; i < 2; ++i) {
      const size_t position = (2 * turn + i) % header->length;
      visit(entries[position], position);
    }
  }
  // Whether a search for `hash` comes to the entry at `position`.
  static bool is_found(const MapHeader* header, uint64_t hash, size_t position) {
    return header->chunks == nullptr || hm_index_find(header, hash, position).chunk != nullptr;
  }

  // A lookup in three steps, in a map that has an index: asks for the cache line that tells where
  // the entry is, then for that of the entry, if there is one, and looks.
  // Always inline: g++ removes calls of a function that does nothing but prefetch.
  [[gnu::always_inline]] static void prefetch(const MapHeader* header, uint64_t hash) {
    __builtin_prefetch(&hm_chunk(header->chunks, header->mask, static_cast<size_t>(hash)));
  }
  template <typename E>
  static E* prefetch_entry(const MapHeader* header, uint64_t hash) {
    const HmChunk& chunk = hm_chunk(header->chunks, header->mask, static_cast<size_t>(hash));
    const unsigned match = hm_match(chunk, repeat_tag(hash));
    if (match == 0) return nullptr;
    E* const entry = hm_entries<E>(header) + chunk.positions[__builtin_ctz(match)];
    __builtin_prefetch(entry);
    return entry;
  }
  template <typename E>
  static E* find_hashed(const MapHeader* header, HmProbe<E> key, uint64_t hash) {
    HmPlace place;
    return hm_search<E>(header, key, hash, &place);
  }
};

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HM_DENSE_H_
