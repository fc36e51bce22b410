// One cache line of a hm$'s index: twelve slots, found by their one-byte tags.
//
//   byte 0                 12             16                                    64
//   | tag 0 | … | tag 11 | overflow (u32) | position 0 (u32) | … | position 11 |
//
// A tag is eight bits of the key's hash, never 0; a tag of 0 is a free slot. A
// position says where in the dense array the entry is. `overflow` counts the
// entries that wanted to be in this chunk, or passed through it, and lie further
// along their probe sequence: a search stops at the first chunk where it is 0, so a
// deletion needs no tombstone, only to count down along its way.
//
// This is the layout of the F14 tables of Facebook's folly library (12 of 14 tags
// used, and the count as wide as the number of entries, so that it never sticks).
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
// How full the index may get: 10 of 12 slots on average; a single chunk, which no
// search leaves, may be full.
inline constexpr size_t kHmPerChunk = 10;

struct alignas(64) HmChunk {
  uint8_t tags[kHmSlots];
  uint32_t overflow;
  uint32_t positions[kHmSlots];
};
static_assert(sizeof(HmChunk) == 64);

// From the bits of the hash that do not choose the chunk.
inline uint8_t hm_tag(uint64_t hash) {
  const uint8_t tag = static_cast<uint8_t>(hash >> 56);
  return static_cast<uint8_t>(tag + (tag == 0));
}

// The distance to the next chunk of a key's probe sequence: odd, so that it visits
// each of a power of two chunks, and different between keys that begin in one.
inline size_t hm_step(uint8_t tag) { return 2 * static_cast<size_t>(tag) + 1; }

// A bit for each slot whose tag is `tag`.
inline unsigned hm_match(const HmChunk& chunk, uint8_t tag) {
  constexpr unsigned kAll = (1u << kHmSlots) - 1;
#ifdef CEX_DETAIL_SSE2_TAGS
  const __m128i tags = _mm_load_si128(reinterpret_cast<const __m128i*>(&chunk));
  const __m128i equal = _mm_cmpeq_epi8(tags, _mm_set1_epi8(static_cast<char>(tag)));
  return static_cast<unsigned>(_mm_movemask_epi8(equal)) & kAll;
#else
  // Eight tags in a word: the high bit of each byte that is zero after the
  // exclusive or, gathered by a multiplication. No carry crosses a byte.
  constexpr uint64_t kLow7 = 0x7f7f7f7f7f7f7f7f;
  const auto match8 = [tag](uint64_t x) {
    x ^= tag * 0x0101010101010101u;
    const uint64_t zero = ~(((x & kLow7) + kLow7) | x | kLow7);
    unsigned bits = 0;
    for (unsigned i = 0; i < 8; ++i) bits |= static_cast<unsigned>(zero >> (8 * i + 7) & 1) << i;
    return bits;
  };
  uint64_t low;
  uint32_t high;
  memcpy(&low, chunk.tags, sizeof(low));
  memcpy(&high, chunk.tags + sizeof(low), sizeof(high));
  return (match8(low) | match8(high) << 8) & kAll;
#endif
}

// A bit for each free slot.
inline unsigned hm_match_free(const HmChunk& chunk) { return hm_match(chunk, 0); }

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HM_CHUNK_H_
