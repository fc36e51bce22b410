// The layout of a hm$: a dense array of entries, in the order of insertion, and an index of it.
//
//   header --> entries   {key, value} {key, value} …
//          \-> chunks    a power of two of them; null while the entries are scanned
#ifndef CEX_COLLECTIONS_INTERNAL_HM_TABLE_H_
#define CEX_COLLECTIONS_INTERNAL_HM_TABLE_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/collections/internal/hm_chunk.h"
#include "cex/collections/internal/map_header.h"

namespace cex::detail {

// Up to here a map of scalar keys has no index: its entries are compared in turn.
inline constexpr size_t kHmScanMax = 8;

// A MapStart and a MapEnd.
bool hm_start(MapHeader* header, MapLayout layout, size_t capacity, Site site);
void hm_end(MapHeader* header, Site site);

// What a map of another size has set aside: chunks to be filled, or none where there is
// nothing to fill. They may be the old ones, empty.
struct HmGrowth {
  HmChunk* chunks;
  size_t count;
  bool done;  // false: there is no memory, and nothing has changed
};

// First half of a growth to `needed` entries: gets all the memory. `exact` reserves
// for just that many. The caller fills the chunks and calls hm_install().
HmGrowth hm_prepare(MapHeader* header, MapLayout layout, size_t needed, bool exact, Site site);
// The same to as little memory as the entries that there are need.
HmGrowth hm_prepare_shrinking(MapHeader* header, MapLayout layout, Site site);
void hm_install(MapHeader* header, HmGrowth growth, Site site);
// In place of that, where they could not be filled.
void hm_abandon(MapHeader* header, HmGrowth growth, Site site);

// Makes all slots of the index free.
void hm_empty_index(MapHeader* header);

// After the entries from number `from` on have moved down by `count`.
void hm_index_move_down(MapHeader* header, size_t from, size_t count);

// Forgets all entries and keeps their room; copied keys are the caller's to free. Takes as
// long as the index is large, which is made no larger than those entries needed: the next
// time it takes as long as for those. It grows within its block.
void hm_reset(MapHeader* header, MapLayout layout);

// That the entry behind the last one comes into use, or that `count` from number `from` on no
// longer are. Ends the program where it was written to before.
void hm_open_entry(const MapHeader* header, Site site);
void hm_close_entries(const MapHeader* header, size_t from, size_t count);

// The same where the checks are on.
inline void hm_use_entry([[maybe_unused]] const MapHeader* header, [[maybe_unused]] Site site) {
  if constexpr (kChecked) hm_open_entry(header, site);
}
inline void hm_drop_entries([[maybe_unused]] const MapHeader* header, [[maybe_unused]] size_t from,
                            [[maybe_unused]] size_t count) {
  if constexpr (kChecked) hm_close_entries(header, from, count);
}

inline size_t hm_mask_of(size_t chunks) { return (chunks - 1) * sizeof(HmChunk); }
inline size_t hm_chunk_count(size_t mask) { return mask / sizeof(HmChunk) + 1; }

// The chunk where a hash's probe sequence, which is at `at`, is.
inline HmChunk& hm_chunk(HmChunk* chunks, size_t mask, size_t at) {
  return *static_cast<HmChunk*>(static_cast<void*>(reinterpret_cast<char*>(chunks) + (at & mask)));
}

// A slot of the index.
struct HmPlace {
  HmChunk* chunk;
  unsigned slot;
};

// Enters an entry that is not yet in the index; there must be a free slot.
inline HmPlace hm_index_insert(HmChunk* chunks, size_t mask, uint64_t hash, size_t position) {
  for (size_t at = static_cast<size_t>(hash);; at += hm_step(hash)) {
    HmChunk& chunk = hm_chunk(chunks, mask, at);
    const unsigned free = hm_free_slots(chunk);
    if (free != 0) [[likely]] {
      const unsigned slot = static_cast<unsigned>(__builtin_ctz(free));
      hm_take(chunk, slot, tag_of(hash), static_cast<uint32_t>(position));
      return {&chunk, slot};
    }
    hm_add_overflow(chunk);
  }
}

// The slot that holds `position`, entered under `hash`; a chunk of nullptr where there is
// none, since the key that had this hash was changed.
inline HmPlace hm_index_find(const MapHeader* header, uint64_t hash, size_t position) {
  const Tags tags = repeat_tag(hash);
  size_t at = static_cast<size_t>(hash);
  for (size_t left = hm_chunk_count(header->mask); left != 0; --left, at += hm_step(hash)) {
    HmChunk& chunk = hm_chunk(header->chunks, header->mask, at);
    for (unsigned match = hm_match(chunk, tags); match != 0; match &= match - 1) {
      const unsigned slot = static_cast<unsigned>(__builtin_ctz(match));
      if (chunk.positions[slot] == position) return {&chunk, slot};
    }
    if (!hm_has_overflow(chunk)) break;
  }
  return {nullptr, 0};
}

// The same, whatever it was entered under: looks at the whole index.
HmPlace hm_index_find_anywhere(const MapHeader* header, size_t position);

// Frees a slot that a search for `hash` has found, which so lies on its probe sequence. The
// counts on the way are one too low where the key was changed in between, and never below 0: a
// count of 0 sticks.
inline void hm_index_erase(MapHeader* header, uint64_t hash, HmPlace place) {
  hm_release(*place.chunk, place.slot);
  for (size_t at = static_cast<size_t>(hash);; at += hm_step(hash)) {
    HmChunk& chunk = hm_chunk(header->chunks, header->mask, at);
    if (&chunk == place.chunk) [[likely]]
      return;
    hm_remove_overflow(chunk);
  }
}

// The slot of the entry at `position`, whose key's hash is that now.
inline HmPlace hm_place_of(const MapHeader* header, uint64_t hash, size_t position) {
  const HmPlace place = hm_index_find(header, hash, position);
  if (place.chunk != nullptr) [[likely]]
    return place;
  return hm_index_find_anywhere(header, position);
}

// Frees that slot. One of a key that was changed is freed without counting down: what it would
// count down there is others'.
inline void hm_index_erase_stored(MapHeader* header, uint64_t hash, size_t position) {
  const HmPlace place = hm_index_find(header, hash, position);
  if (place.chunk != nullptr) [[likely]]
    return hm_index_erase(header, hash, place);
  const HmPlace changed = hm_index_find_anywhere(header, position);
  hm_release(*changed.chunk, changed.slot);
}

// A deletion moves the last entry. Where inserts and deletes alternate, that is the one
// just inserted, whose slot is remembered: hashing its key anew would take longer, and
// comparing tags of which one was written just now would make the processor wait for
// that write (a wide load can't be served from a narrower store that is under way).
inline void hm_index_remember(MapHeader* header, HmPlace place) {
  header->newest = static_cast<size_t>(reinterpret_cast<char*>(place.chunk) -
                                       reinterpret_cast<char*>(header->chunks)) +
                   place.slot;
}

// That slot, if it is taken and holds `position`; a chunk of nullptr otherwise.
inline HmPlace hm_index_newest(const MapHeader* header, size_t position) {
  const unsigned slot = header->newest % sizeof(HmChunk);
  HmChunk& chunk = hm_chunk(header->chunks, header->mask, header->newest - slot);
  const bool is_it = chunk.positions[slot] == position && (chunk.state >> slot & 1) != 0;
  return {is_it ? &chunk : nullptr, slot};
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HM_TABLE_H_
