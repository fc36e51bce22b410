// Sixteen bytes of a hf$'s tags: fifteen slots, and what passed through them.
//
//   byte 0                  15
//   | tag 0 | … | tag 14 | passed |
//
// A tag is eight bits of the hash of the key in that slot; 0 says that the slot is free, so a
// hash whose bits are 0 has the tag 1. Keys that found the group full lie further along their
// probe sequence: `passed` has one of eight bits set for each, by the lowest bits of its hash,
// which nothing else uses. So a search for a key that is not there mostly ends here even where
// others passed. How many passed is counted apart, behind all groups, since no search needs to
// know. A deletion counts down; at 0 the bits are cleared, so that inserting and deleting for ever
// leaves nothing behind. A count of 255 stays, until the table is made anew.
//
// Counting what passed is the idea of the F14 tables of Facebook's folly library, and a bit
// for each that of Boost's unordered_flat_map.
#ifndef CEX_COLLECTIONS_INTERNAL_HF_GROUP_H_
#define CEX_COLLECTIONS_INTERNAL_HF_GROUP_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/collections/internal/tags.h"

namespace cex::detail {

inline constexpr unsigned kHfSlots = 15;
inline constexpr unsigned kHfAllSlots = (1u << kHfSlots) - 1;

struct alignas(16) HfGroup {
  uint8_t tags[kHfSlots];
  uint8_t passed;
};
static_assert(sizeof(HfGroup) == 16);

inline constexpr uint8_t kHfStuck = 255;

inline uint8_t hf_tag(uint64_t hash) {
  const uint8_t tag = tag_of(hash);
  return tag == 0 ? 1 : tag;
}
inline Tags hf_repeat_tag(uint64_t hash) { return at_least_one(repeat_tag(hash)); }

inline uint8_t hf_passed_bit(uint64_t hash) { return static_cast<uint8_t>(1u << (hash & 7)); }

// A bit for each slot with that tag.
inline unsigned hf_match(const HfGroup& group, Tags tags) {
  return match_tags(&group, tags) & kHfAllSlots;
}
inline unsigned hf_free_slots(const HfGroup& group) { return hf_match(group, no_tags()); }
inline unsigned hf_taken_slots(const HfGroup& group) { return ~hf_free_slots(group) & kHfAllSlots; }

// Volatile, or clang takes the byte out of the wide load of the tags, which takes longer.
inline uint8_t hf_passed(const HfGroup& group) {
  return *static_cast<const volatile uint8_t*>(&group.passed);
}
// Whether a key with that hash may have.
inline bool hf_may_have_passed(uint8_t passed, uint64_t hash) {
  return (passed & hf_passed_bit(hash)) != 0;
}

inline void hf_add_passed(HfGroup& group, uint8_t& count, uint64_t hash) {
  group.passed |= hf_passed_bit(hash);
  if (count != kHfStuck) ++count;
}
inline void hf_remove_passed(HfGroup& group, uint8_t& count) {
  if (count == kHfStuck || count == 0) return;
  if (--count == 0) group.passed = 0;
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HF_GROUP_H_
