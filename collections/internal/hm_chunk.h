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
#include <string.h>

// CEX_DETAIL_PORTABLE_TAGS is for tests: the code of machines without SSE2.
#if defined(__SSE2__) && !defined(CEX_DETAIL_PORTABLE_TAGS)
#define CEX_DETAIL_SSE2_TAGS 1
#include <emmintrin.h>
#endif

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

// From the bits of the hash that do not choose the chunk.
inline uint8_t hm_tag(uint64_t hash) { return static_cast<uint8_t>(hash >> 56); }

// How far the next chunk of a key's probe sequence is, in bytes: an odd number of
// chunks, so that it visits each of a power of two of them, and different between
// keys that begin in one.
inline size_t hm_step(uint64_t hash) {
  return (2 * static_cast<size_t>(hm_tag(hash)) + 1) * sizeof(HmChunk);
}

// The tag of a hash twelve times over, to be compared with all of a chunk at once.
#ifdef CEX_DETAIL_SSE2_TAGS

using HmTags = __m128i;

inline HmTags hm_repeat_tag(uint64_t hash) {
  __m128i x = _mm_cvtsi64_si128(static_cast<long long>(hash));
  x = _mm_unpacklo_epi8(x, x);       // the top byte is word 7
  x = _mm_shufflehi_epi16(x, 0xff);  // … and words 4 to 7
  return _mm_unpackhi_epi64(x, x);
}

// A bit for each taken slot with that tag; `state` has no bits where its own bytes are
// compared, too.
inline unsigned hm_match(const HmChunk& chunk, HmTags tags) {
  const __m128i there = _mm_load_si128(reinterpret_cast<const __m128i*>(&chunk));
  // Volatile, or clang takes it out of the wide load, which takes longer.
  const uint32_t taken = *static_cast<const volatile uint32_t*>(&chunk.state);
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(there, tags))) & taken;
}

#else

using HmTags = uint64_t;

inline HmTags hm_repeat_tag(uint64_t hash) { return hm_tag(hash) * 0x0101010101010101u; }

// Eight tags in a word: the high bit of each byte that is zero after the exclusive
// or. No carry crosses a byte.
inline unsigned hm_match(const HmChunk& chunk, HmTags tags) {
  constexpr uint64_t kLow7 = 0x7f7f7f7f7f7f7f7f;
  const auto match8 = [tags](uint64_t x) {
    x ^= tags;
    const uint64_t zero = ~(((x & kLow7) + kLow7) | x | kLow7);
    unsigned bits = 0;
    for (unsigned i = 0; i < 8; ++i) bits |= static_cast<unsigned>(zero >> (8 * i + 7) & 1) << i;
    return bits;
  };
  uint64_t low;
  uint32_t high;
  memcpy(&low, chunk.tags, sizeof(low));
  memcpy(&high, chunk.tags + sizeof(low), sizeof(high));
  return (match8(low) | match8(high) << 8) & chunk.state & kHmAllSlots;
}

#endif

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
