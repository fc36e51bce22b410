// Sixteen bytes of a hf$'s tags: fourteen slots, and what passed through them.
//
//   byte 0                  14       15
//   | tag 0 | … | tag 13 | passed | count |
//
// A tag is eight bits of the hash of the key in that slot; 0 says that the slot is free, so a
// hash whose bits are 0 has the tag 1. Keys that found the group full lie further along their
// probe sequence: `count` says how many, and `passed` has one of eight bits set for each, by
// another part of its hash. So a search for a key that is not there ends here in seven of eight
// cases even where others passed. A deletion counts down; at 0 the bits are cleared, so that
// inserting and deleting for ever leaves nothing behind. A count of 255 stays, until the
// table is made anew.
//
// Counting what passed is the idea of the F14 tables of Facebook's folly library, and a bit
// for each that of Boost's unordered_flat_map.
#ifndef CEX_COLLECTIONS_INTERNAL_HF_GROUP_H_
#define CEX_COLLECTIONS_INTERNAL_HF_GROUP_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// CEX_DETAIL_PORTABLE_TAGS is for tests: the code of machines without SSE2.
#if defined(__SSE2__) && !defined(CEX_DETAIL_PORTABLE_TAGS)
#define CEX_DETAIL_SSE2_GROUPS 1
#include <emmintrin.h>
#endif

namespace cex::detail {

inline constexpr unsigned kHfSlots = 14;
inline constexpr unsigned kHfAllSlots = (1u << kHfSlots) - 1;

struct alignas(16) HfGroup {
  uint8_t tags[kHfSlots];
  uint8_t passed;
  uint8_t count;
};
static_assert(sizeof(HfGroup) == 16);

inline constexpr uint8_t kHfStuck = 255;

// From the bits of the hash that do not choose the group.
inline uint8_t hf_tag(uint64_t hash) {
  const auto tag = static_cast<uint8_t>(hash >> 56);
  return tag == 0 ? 1 : tag;
}
inline uint8_t hf_passed_bit(uint64_t hash) { return static_cast<uint8_t>(1u << (hash >> 53 & 7)); }

#ifdef CEX_DETAIL_SSE2_GROUPS

// A tag sixteen times over.
using HfTags = __m128i;

inline HfTags hf_no_tag() { return _mm_setzero_si128(); }
inline HfTags hf_repeat_tag(uint64_t hash) {
  __m128i x = _mm_cvtsi64_si128(static_cast<long long>(hash));
  x = _mm_unpacklo_epi8(x, x);       // the top byte is word 7
  x = _mm_shufflehi_epi16(x, 0xff);  // … and words 4 to 7
  x = _mm_unpackhi_epi64(x, x);
  return _mm_max_epu8(x, _mm_set1_epi8(1));
}

// A bit for each slot with that tag.
inline unsigned hf_match(const HfGroup& group, HfTags tags) {
  const __m128i there = _mm_load_si128(reinterpret_cast<const __m128i*>(&group));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(there, tags))) & kHfAllSlots;
}

#else

// A tag eight times over.
using HfTags = uint64_t;

inline HfTags hf_no_tag() { return 0; }
inline HfTags hf_repeat_tag(uint64_t hash) { return hf_tag(hash) * uint64_t{0x0101010101010101}; }

// The high bit of each byte that is zero after the exclusive or; no carry crosses a byte. The
// multiplication gathers these bits at the top.
inline unsigned hf_match(const HfGroup& group, HfTags tags) {
  constexpr uint64_t kLow7 = 0x7f7f7f7f7f7f7f7f;
  const auto match8 = [tags](const uint8_t* p) {
    uint64_t x;
    memcpy(&x, p, sizeof(x));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    x ^= tags;
    const uint64_t zero = ~(((x & kLow7) + kLow7) | x | kLow7);
    return static_cast<unsigned>((zero >> 7) * 0x0102040810204080u >> 56);
  };
  const auto* const bytes = reinterpret_cast<const uint8_t*>(&group);
  return (match8(bytes) | match8(bytes + 8) << 8) & kHfAllSlots;
}

#endif

inline unsigned hf_free_slots(const HfGroup& group) { return hf_match(group, hf_no_tag()); }
inline unsigned hf_taken_slots(const HfGroup& group) { return ~hf_free_slots(group) & kHfAllSlots; }

inline void hf_add_passed(HfGroup& group, uint64_t hash) {
  group.passed |= hf_passed_bit(hash);
  if (group.count != kHfStuck) ++group.count;
}
inline void hf_remove_passed(HfGroup& group) {
  if (group.count == kHfStuck || group.count == 0) return;
  if (--group.count == 0) group.passed = 0;
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HF_GROUP_H_
