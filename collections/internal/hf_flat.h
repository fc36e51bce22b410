// The layout of a hf$, with the types of its keys and entries: what map_ops.h asks of a layout.
#ifndef CEX_COLLECTIONS_INTERNAL_HF_FLAT_H_
#define CEX_COLLECTIONS_INTERNAL_HF_FLAT_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cex/collections/internal/hf_table.h"
#include "cex/collections/internal/hm_key.h"
#include "cex/collections/internal/map_header.h"

namespace cex::detail {

// The fifteen slots of a group, by its offset in bytes from the first.
template <typename E>
inline E* hf_slots(void* entries, size_t at) {
  constexpr size_t kBytes = kHfSlots * sizeof(E);
  // The same, but for a division that the compiler can't see to be exact.
  const size_t offset = kBytes % sizeof(HfGroup) == 0 ? at * (kBytes / sizeof(HfGroup))
                                                      : at / sizeof(HfGroup) * kBytes;
  return static_cast<E*>(static_cast<void*>(static_cast<char*>(entries) + offset));
}

// The entry of `key`, or nullptr, found group by group.
template <typename E>
inline E* hf_search_groups(const MapHeader* header, HmProbe<E> key, uint64_t hash) {
  const Tags tags = hf_repeat_tag(hash);
  HfProbing probing(hash, header->mask);
  do {
    const HfGroup& group = hf_group(header->groups, probing.at());
    E* const entries = hf_slots<E>(header->entries, probing.at());
    for (unsigned match = hf_match(group, tags); match != 0; match &= match - 1) {
      E* const entry = entries + __builtin_ctz(match);
      if (HmKeyOf<E>::equal(entry->key, key)) return entry;
    }
    if (!hf_may_have_passed(group.passed, hash)) break;
  } while (probing.next(header->mask));
  return nullptr;
}

// The same out of line, for the few searches that do not end with the first look. Pure, so that a
// loop of lookups reads the header once; but for keys that functions of their own compare.
template <typename E>
[[gnu::noinline]] E* hf_search_custom(const MapHeader* header, HmProbe<E> key, uint64_t hash) {
  return hf_search_groups<E>(header, key, hash);
}
template <typename E>
[[gnu::noinline, gnu::pure]] E* hf_search_pure(const MapHeader* header, HmProbe<E> key,
                                               uint64_t hash) {
  return hf_search_groups<E>(header, key, hash);
}

// The entry of `key`, or nullptr. Looks at the first slot that has the tag, in the first group.
template <typename E>
inline E* hf_search(const MapHeader* header, HmProbe<E> key, uint64_t hash) {
  const size_t at = static_cast<size_t>(hash) & header->mask;
  const HfGroup& group = hf_group(header->groups, at);
  // With the bit of `passed`, which is higher than those of the slots.
  const unsigned match = match_tags(&group, hf_repeat_tag(hash));
  if ((match & kHfAllSlots) != 0) {
    // This address waits for no tags. A processor that predicts the branch is here before they
    // come; where no key is found, it predicts that, and fetches nothing.
    __builtin_prefetch(hf_slots<E>(header->entries, at));
    E* const entry = hf_slots<E>(header->entries, at) + static_cast<unsigned>(__builtin_ctz(match));
    if (HmKeyOf<E>::equal(entry->key, key)) [[likely]]
      return entry;
  } else if (!hf_may_have_passed(hf_passed(group), hash)) [[likely]] {
    return nullptr;
  }
  if constexpr (HmKeyOf<E>::kKind == HmKeyKind::kCustom) {
    return hf_search_custom<E>(header, key, hash);
  } else {
    return hf_search_pure<E>(header, key, hash);
  }
}

// Calls visit(entry, position) for each entry of a group, or of all.
template <typename E, typename Visit>
void hf_each_of_group(const MapHeader* header, size_t at, const Visit& visit) {
  E* const entries = hf_slots<E>(header->entries, at);
  for (unsigned taken = hf_taken_slots(hf_group(header->groups, at)); taken != 0;
       taken &= taken - 1) {
    const auto slot = static_cast<unsigned>(__builtin_ctz(taken));
    visit(entries[slot], hf_position(at, slot));
  }
}
template <typename E, typename Visit>
void hf_each(const MapHeader* header, const Visit& visit) {
  for (size_t at = 0; at <= header->mask; at += sizeof(HfGroup)) {
    hf_each_of_group<E>(header, at, visit);
  }
}

// A table that is being filled. It is freed again where a hash throws.
struct HfFilling {
  MapHeader* header;
  const HfTable& table;
  Site site;
  bool done = false;

  ~HfFilling() {
    if (!done) hf_discard(header, table, site);
  }
};

// Moves all entries into a table that has room for them; `*inside`, where it points into
// them, follows.
template <typename E>
bool hf_move_to(MapHeader* header, const HfTable& table, const void** inside, Site site) {
  using Key = HmKeyOf<E>;
  if (table.groups == nullptr) return false;
  // As numbers, since pointers into different objects have no order.
  const uintptr_t distance =
      reinterpret_cast<uintptr_t>(*inside) - reinterpret_cast<uintptr_t>(header->entries);
  const size_t inside_position = distance / sizeof(E);
  HfFilling filling{header, table, site};
  const auto move = [&](const E& from, size_t position) {
    const uint64_t hash = Key::hash(Key::probe_stored(from.key), header->seed);
    const size_t taken = hf_fill(table.groups, table.mask, hash);
#ifdef CEX_TEST
    static_cast<void>(table.slack.open(table.entries, taken * sizeof(E), (taken + 1) * sizeof(E)));
#endif
    E* const to = static_cast<E*>(table.entries) + taken;
    memcpy(static_cast<void*>(to), __builtin_addressof(from), sizeof(E));
    if (position == inside_position) [[unlikely]] {
      *inside = reinterpret_cast<const char*>(to) + distance % sizeof(E);
    }
  };
  const auto prefetch_text = [](const E& entry, size_t) { Key::prefetch_text(entry.key); };
  // In the caches there is nothing to wait for.
  const bool waits = Key::kPointsToText && header->length >= kMapBeyondCaches;
  for (size_t at = 0; at <= header->mask; at += sizeof(HfGroup)) {
    const size_t next = at + sizeof(HfGroup);
    if (waits && next <= header->mask) hf_each_of_group<E>(header, next, prefetch_text);
    hf_each_of_group<E>(header, at, move);
  }
  hf_end_filling(table);
  filling.done = true;
  hf_install(header, table, site);
  return true;
}

struct HfFlat {
  static constexpr Literal kPrefix = "hf$";
  static constexpr MapStart kStart = hf_start;
  static constexpr MapEnd kEnd = hf_end;

  // What a search has learned of where a key is, or might be put.
  struct Found {
    uint64_t hash;
  };

  // The entry of `key`, or nullptr.
  template <typename E>
  static inline E* find(const MapHeader* header, HmProbe<E> key, Found* found) {
    found->hash = HmKeyOf<E>::hash(key, header->seed);
    return hf_search<E>(header, key, found->hash);
  }

  // The entry of `key`, found or made, where one look at the first group tells; else nullptr, and
  // nothing has changed. There must be room. Calls nothing, so that it can be in a function that
  // saves no registers.
  template <typename E>
  static inline E* find_or_add(MapHeader* header, HmProbe<E> key, bool* fresh) {
    const uint64_t hash = HmKeyOf<E>::hash(key, header->seed);
    const size_t at = static_cast<size_t>(hash) & header->mask;
    // Found or added, the entry is one of these.
    __builtin_prefetch(hf_slots<E>(header->entries, at));
    HfGroup& group = hf_group(header->groups, at);
    const unsigned match = hf_match(group, hf_repeat_tag(hash));
    if (match != 0) {
      E* const entry =
          hf_slots<E>(header->entries, at) + static_cast<unsigned>(__builtin_ctz(match));
      return HmKeyOf<E>::equal(entry->key, key) ? entry : nullptr;
    }
    const unsigned free = hf_free_slots(group);
    if (free == 0 || hf_may_have_passed(hf_passed(group), hash)) return nullptr;
    const auto slot = static_cast<unsigned>(__builtin_ctz(free));
    group.tags[slot] = hf_tag(hash);
    ++header->length;
    *fresh = true;
    return hf_slots<E>(header->entries, at) + slot;
  }

  // After a growth: the hash is what it was.
  template <typename E>
  static void look_again(const MapHeader*, HmProbe<E>, bool, Found*) {}
  static bool has_hash(const MapHeader*) { return true; }

  // Counts one entry more, for which there is room, and returns it.
  template <typename E>
  static E* add(MapHeader* header, const Found& found, Site site) {
    const size_t position = hf_take(header->groups, header->mask, found.hash);
    hf_use_slot(header, position, site);
    ++header->length;
    return static_cast<E*>(header->entries) + position;
  }

  // Takes an entry that was found out of the table; its bytes are still there.
  template <typename E>
  static void unlink(MapHeader* header, E* entry, const Found& found, const Op&) {
    hf_release(header, found.hash, position_of(header, entry));
  }
  template <typename E>
  static void remove(MapHeader* header, E* entry) {
    --header->length;
    hf_drop_slot(header, position_of(header, entry));
  }

  // Removes the entries for which goes(entry), having called drop(entry); how many.
  template <typename E, typename Goes, typename Drop>
  static size_t erase_if(MapHeader* header, Goes& goes, const Drop& drop) {
    using Key = HmKeyOf<E>;
    const size_t length = header->length;
    hf_each<E>(header, [&](E& entry, size_t position) {
      if (!goes(entry)) return;
      // First what may throw: the hash, and that of drop().
      const uint64_t hash = Key::hash(Key::probe_stored(entry.key), header->seed);
      drop(&entry);
      hf_release_stored(header, hash, position);
      --header->length;
      hf_drop_slot(header, position);
    });
    return length - header->length;
  }

  // Makes room for `needed` entries in all; false, and the map as it was, when there is no
  // memory. `*inside`, where it points into the entries, follows them.
  template <typename E>
  static bool grow(MapHeader* header, MapLayout layout, size_t needed, bool, const void** inside,
                   Site site) {
    return hf_move_to<E>(header, hf_make(header->allocator, layout, hf_groups_for(needed), site),
                         inside, site);
  }
  template <typename E>
  static bool shrink(MapHeader* header, MapLayout layout, Site site) {
    const size_t groups = hf_groups_for(header->length);
    if (hf_mask_of(groups) >= header->mask) return true;
    const void* none = nullptr;
    return hf_move_to<E>(header, hf_make(header->allocator, layout, groups, site), &none, site);
  }
  static void reset(MapHeader* header, MapLayout layout, Site site) {
    hf_reset(header, layout, site);
  }

  // Calls visit(entry, position) for each.
  template <typename E, typename Visit>
  static void each(const MapHeader* header, const Visit& visit) {
    hf_each<E>(header, visit);
  }
  // The same for two of them, others with each `turn`.
  template <typename E, typename Visit>
  static void some(const MapHeader* header, size_t turn, const Visit& visit) {
    E* const entries = static_cast<E*>(header->entries);
    const size_t positions = hf_slots_of(header->mask);
    constexpr size_t kLooks = size_t{8} * kHfSlots;  // where few slots are taken
    size_t visited = 0;
    for (size_t i = 0; i < kLooks && visited < 2; ++i) {
      const size_t position = (2 * turn + i) % positions;
      if (!hf_is_taken(header, position)) continue;
      visit(entries[position], position);
      ++visited;
    }
  }
  // Whether a search for `hash` comes to the entry at `position`.
  static bool is_found(const MapHeader* header, uint64_t hash, size_t position) {
    return hf_is_found(header, hash, position);
  }

  // A lookup in three steps: asks for the cache line of the tags, then for that of the entry, if
  // there is one, and looks.
  // Always inline: g++ removes calls of a function that does nothing but prefetch.
  [[gnu::always_inline]] static void prefetch(const MapHeader* header, uint64_t hash) {
    __builtin_prefetch(&hf_group(header->groups, static_cast<size_t>(hash) & header->mask));
  }
  template <typename E>
  static E* prefetch_entry(const MapHeader* header, uint64_t hash) {
    const size_t at = static_cast<size_t>(hash) & header->mask;
    const unsigned match = hf_match(hf_group(header->groups, at), hf_repeat_tag(hash));
    if (match == 0) return nullptr;
    E* const entry = hf_slots<E>(header->entries, at) + __builtin_ctz(match);
    __builtin_prefetch(entry);
    return entry;
  }
  template <typename E>
  static E* find_hashed(const MapHeader* header, HmProbe<E> key, uint64_t hash) {
    return hf_search<E>(header, key, hash);
  }

 private:
  template <typename E>
  static size_t position_of(const MapHeader* header, const E* entry) {
    return static_cast<size_t>(entry - static_cast<const E*>(header->entries));
  }
};

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HF_FLAT_H_
