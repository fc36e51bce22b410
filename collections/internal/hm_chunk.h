// One cache line of a hm$'s index: twelve slots, found by their one-byte tags.
//
//   byte 0                 12            16                                    64
//   | tag 0 | … | tag 11 | state (u32) | position 0 (u32) | … | position 11 |
//
// A tag is eight bits of the key's hash; a position says where in the dense array the
// entry is. The low twelve bits of `state` say which slots are taken. The upper sixteen
// count the entries that wanted to be in this chunk, or passed through it, and lie
// further along their probe sequence: a search stops at the first chunk where that is
// 0, so a deletion needs no tombstone, only to count down along its way.
//
// Counting overflow instead of leaving tombstones is the idea of the F14 tables of
// Facebook's folly library.
#ifndef CEX_COLLECTIONS_INTERNAL_HM_CHUNK_H_
#define CEX_COLLECTIONS_INTERNAL_HM_CHUNK_H_

#include <stddef.h>
#include <stdint.h>
#include "cex/collections/internal/tags.h"

namespace cex::detail {

inline constexpr unsigned kHmSlots = 12;
struct alignas(64) HmChunk {
  uint8_t tags[kHmSlots];
  uint32_t state;
  uint32_t positions[kHmSlots];
};
static_assert(sizeof(HmChunk) == 64);

inline constexpr uint32_t kHmAllSlots = (1u << kHmSlots) - 1;
inline constexpr uint32_t kHmOverflowOne = 1u << 16;
// A count that got here stays, until the index is made anew or cleared: it takes
// 65,535 keys too many in one chunk, and costs time only.
inline constexpr uint32_t kHmOverflowStuck = 0xffffu << 16;

// How far the next chunk of a key's probe sequence is, in bytes: an odd number of
// chunks, so that it visits each of a power of two of them, and different between
// keys that begin in one.
inline size_t hm_step(uint64_t hash) {
  return (2 * static_cast<size_t>(tag_of(hash)) + 1) * sizeof(HmChunk);
}

// A bit for each taken slot with that tag; `state` has no bits where its own bytes are
// compared, too.
inline unsigned hm_match(const HmChunk& chunk, Tags tags) {
#ifdef CEX_DETAIL_SSE2_TAGS
  // Volatile, or clang takes it out of the wide load, which takes longer.
  const uint32_t taken = *static_cast<const volatile uint32_t*>(&chunk.state);
  return match_tags(&chunk, tags) & taken;
#else
  return match_tags(&chunk, tags) & chunk.state & kHmAllSlots;
#endif
}

// A bit for each free slot.
inline unsigned hm_free_slots(const HmChunk& chunk) { return ~chunk.state & kHmAllSlots; }

inline void hm_take(HmChunk& chunk, unsigned slot, uint8_t tag, uint32_t position) {
  chunk.tags[slot] = tag;
  chunk.positions[slot] = position;
  chunk.state |= 1u << slot;
}

inline void hm_release(HmChunk& chunk, unsigned slot) { chunk.state &= ~(1u << slot); }

inline bool hm_has_overflow(const HmChunk& chunk) { return chunk.state >= kHmOverflowOne; }

inline void hm_add_overflow(HmChunk& chunk) {
  if (chunk.state < kHmOverflowStuck) chunk.state += kHmOverflowOne;
}
inline void hm_remove_overflow(HmChunk& chunk) {
  if (chunk.state < kHmOverflowStuck) chunk.state -= kHmOverflowOne;
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HM_CHUNK_H_
