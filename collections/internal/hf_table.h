// The layout of a hf$: the entries lie in the table itself, each in the slot that its tag has.
//
//   header --> groups    a power of two of them, fifteen tags each: hf_group.h
//              counts    behind them in the same block: a byte for each group
//          \-> entries   behind those: fifteen slots for each group
//
// A lookup reads one cache line of tags, which stay in the cache of all but the largest tables,
// and one of the entry.
#ifndef CEX_COLLECTIONS_INTERNAL_HF_TABLE_H_
#define CEX_COLLECTIONS_INTERNAL_HF_TABLE_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/collections/internal/hf_group.h"
#include "cex/collections/internal/map_header.h"

namespace cex::detail {

// A MapStart and a MapEnd.
bool hf_start(MapHeader* header, MapLayout layout, size_t capacity, Site site);
void hf_end(MapHeader* header, Site site);

// A table to be filled in place of a map's own.
struct HfTable {
  HfGroup* groups;  // nullptr: there is no memory
  size_t mask;
  void* entries;
#ifdef CEX_TEST
  Slack slack;
#endif
};

// Groups for `needed` entries; 0 where there can't be so many.
size_t hf_groups_for(size_t needed);

// An empty table of that many groups.
HfTable hf_make(IAllocator a, MapLayout layout, size_t groups, Site site);

// Frees one that was made, and may have entries, but not installed.
void hf_discard(const MapHeader* header, HfTable table, Site site);

// Makes it the map's, and frees the one before.
void hf_install(MapHeader* header, const HfTable& table, Site site);

// Forgets all entries and keeps their room, unless that is for many times as many, and not in an
// arena: then the next time would take as long. Copied keys are the caller's to free.
void hf_reset(MapHeader* header, MapLayout layout, Site site);

// That the slot comes into use, or no longer is. Ends the program where it was written to
// before.
void hf_open_slot(const MapHeader* header, size_t position, Site site);
void hf_close_slot(const MapHeader* header, size_t position);

// The same where the checks are on.
inline void hf_use_slot([[maybe_unused]] const MapHeader* header, [[maybe_unused]] size_t position,
                        [[maybe_unused]] Site site) {
  if constexpr (kChecked) hf_open_slot(header, position, site);
}
inline void hf_drop_slot([[maybe_unused]] const MapHeader* header,
                         [[maybe_unused]] size_t position) {
  if constexpr (kChecked) hf_close_slot(header, position);
}

// A group, by its offset in bytes from the first.
inline HfGroup& hf_group(HfGroup* groups, size_t at) {
  return *static_cast<HfGroup*>(static_cast<void*>(reinterpret_cast<char*>(groups) + at));
}
inline size_t hf_mask_of(size_t groups) { return (groups - 1) * sizeof(HfGroup); }
inline size_t hf_slots_of(size_t mask) { return (mask / sizeof(HfGroup) + 1) * kHfSlots; }

// How many keys passed through that group.
inline uint8_t& hf_count(HfGroup* groups, size_t mask, size_t at) {
  uint8_t* const counts = reinterpret_cast<uint8_t*>(groups) + mask + sizeof(HfGroup);
  return counts[at / sizeof(HfGroup)];
}

// The number of a slot.
inline size_t hf_position(size_t at, unsigned slot) {
  return at / sizeof(HfGroup) * kHfSlots + slot;
}

inline bool hf_is_taken(const MapHeader* header, size_t position) {
  return hf_group(header->groups, position / kHfSlots * sizeof(HfGroup))
             .tags[position % kHfSlots] != 0;
}

// The groups in which a key may be, one after the other: all of them in the end.
class HfProbing {
 public:
  HfProbing(uint64_t hash, size_t mask) : at_(static_cast<size_t>(hash) & mask) {}

  // Of the group, in bytes.
  size_t at() const { return at_; }
  // False where that was the last of all.
  bool next(size_t mask) {
    step_ += sizeof(HfGroup);
    at_ = (at_ + step_) & mask;
    return step_ <= mask;
  }

 private:
  size_t at_;
  size_t step_ = 0;
};

// Takes a slot for a key that is not in the table, and returns its number; there must be a
// free one.
inline size_t hf_take(HfGroup* groups, size_t mask, uint64_t hash) {
  for (HfProbing probing(hash, mask);; probing.next(mask)) {
    HfGroup& group = hf_group(groups, probing.at());
    const unsigned free = hf_free_slots(group);
    if (free != 0) [[likely]] {
      const unsigned slot = static_cast<unsigned>(__builtin_ctz(free));
      group.tags[slot] = hf_tag(hash);
      return hf_position(probing.at(), slot);
    }
    hf_add_passed(group, hf_count(groups, mask, probing.at()), hash);
  }
}

// The same in a table that is being filled from empty, where each group's slots are taken in turn:
// its count is of all keys that came, so that no tags are read, which are being written. To be
// ended by hf_end_filling(), and nothing else may be done before.
inline size_t hf_fill(HfGroup* groups, size_t mask, uint64_t hash) {
  for (HfProbing probing(hash, mask);; probing.next(mask)) {
    HfGroup& group = hf_group(groups, probing.at());
    uint8_t& came = hf_count(groups, mask, probing.at());
    const unsigned slot = came;
    if (came != kHfStuck) ++came;
    if (slot < kHfSlots) [[likely]] {
      group.tags[slot] = hf_tag(hash);
      return hf_position(probing.at(), slot);
    }
    group.passed |= hf_passed_bit(hash);
  }
}
void hf_end_filling(const HfTable& table);

// Frees a slot that a search for `hash` has found.
inline void hf_release(MapHeader* header, uint64_t hash, size_t position) {
  const size_t at = position / kHfSlots * sizeof(HfGroup);
  hf_group(header->groups, at).tags[position % kHfSlots] = 0;
  for (HfProbing probing(hash, header->mask); probing.at() != at; probing.next(header->mask)) {
    hf_remove_passed(hf_group(header->groups, probing.at()),
                     hf_count(header->groups, header->mask, probing.at()));
  }
}

// Frees a slot by what its key's hash is now. One of a key that was changed is freed without
// counting down: what it would count down there is others'.
void hf_release_stored(MapHeader* header, uint64_t hash, size_t position);

// Whether a search for `hash` comes to the slot at `position`.
bool hf_is_found(const MapHeader* header, uint64_t hash, size_t position);

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HF_TABLE_H_
