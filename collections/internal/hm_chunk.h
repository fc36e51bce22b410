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

#include <bit>

// CEX_DETAIL_PORTABLE_TAGS is for tests: the code of machines with neither SSE2 nor NEON.
#if defined(__SSE2__) && !defined(CEX_DETAIL_PORTABLE_TAGS)
#define CEX_DETAIL_SSE2_TAGS 1
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && \
    !defined(CEX_DETAIL_PORTABLE_TAGS)
#define CEX_DETAIL_NEON_TAGS 1
#include <arm_neon.h>
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

#elif defined(CEX_DETAIL_NEON_TAGS)

using HmTags = uint8x16_t;

inline HmTags hm_repeat_tag(uint64_t hash) { return vdupq_n_u8(hm_tag(hash)); }

inline unsigned hm_match(const HmChunk& chunk, HmTags tags) {
  // One bit for each byte that is equal, and then the sums of neighbors, three times.
  constexpr uint8x16_t kBits = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t bits = vandq_u8(vceqq_u8(vld1q_u8(chunk.tags), tags), kBits);
  bits = vpaddq_u8(bits, bits);
  bits = vpaddq_u8(bits, bits);
  bits = vpaddq_u8(bits, bits);
  return vgetq_lane_u16(vreinterpretq_u16_u8(bits), 0) & chunk.state & kHmAllSlots;
}

#else

using HmTags = uint64_t;

inline HmTags hm_repeat_tag(uint64_t hash) { return hm_tag(hash) * 0x0101010101010101u; }

// A bit for each byte of `x` that is zero, that of its lowest byte first.
constexpr unsigned hm_zero_bytes(uint64_t x) {
  constexpr uint64_t kLow7 = 0x7f7f7f7f7f7f7f7f;
  // The high bit of each; no carry crosses a byte. Then bit 8i is moved to 56 + i: no two of
  // the products meet.
  const uint64_t zero = ~(((x & kLow7) + kLow7) | x | kLow7);
  return static_cast<unsigned>((zero >> 7) * 0x0102040810204080u >> 56);
}

inline unsigned hm_match(const HmChunk& chunk, HmTags tags) {
  uint64_t low;
  uint32_t high;
  memcpy(&low, chunk.tags, sizeof(low));
  memcpy(&high, chunk.tags + sizeof(low), sizeof(high));
  if constexpr (std::endian::native == std::endian::big) {
    low = __builtin_bswap64(low);
    high = __builtin_bswap32(high);
  }
  return (hm_zero_bytes(low ^ tags) | hm_zero_bytes(high ^ tags) << 8) & chunk.state & kHmAllSlots;
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
