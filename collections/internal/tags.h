// Sixteen bytes compared with one at once: with SSE2, with NEON, or in words.
#ifndef CEX_COLLECTIONS_INTERNAL_TAGS_H_
#define CEX_COLLECTIONS_INTERNAL_TAGS_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// CEX_DETAIL_PORTABLE_TAGS is for tests: the code of machines with neither SSE2 nor NEON.
#if defined(__SSE2__) && !defined(CEX_DETAIL_PORTABLE_TAGS)
#define CEX_DETAIL_SSE2_TAGS 1
#elif defined(__aarch64__) && defined(__ARM_NEON) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && \
    !defined(CEX_DETAIL_PORTABLE_TAGS)
#define CEX_DETAIL_NEON_TAGS 1
#include <arm_neon.h>
#endif

namespace cex::detail {

// The tag of a hash: bits that do not choose where a search begins.
inline uint8_t tag_of(uint64_t hash) { return static_cast<uint8_t>(hash >> 56); }

#ifdef CEX_DETAIL_SSE2_TAGS

// A tag sixteen times over. As a vector of the compiler's: <emmintrin.h> takes clang as long to
// read as all of this package.
typedef unsigned char Tags __attribute__((vector_size(16)));
typedef char SignedBytes __attribute__((vector_size(16)));

inline Tags no_tags() { return Tags{}; }
inline Tags repeat_tag(uint64_t hash) {
  typedef unsigned long long Words __attribute__((vector_size(16)));
  const Tags bytes = reinterpret_cast<Tags>(Words{hash, 0});
  return __builtin_shufflevector(bytes, bytes, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7);
}
// 1 for 0.
inline Tags at_least_one(Tags tags) {
  const Tags one = no_tags() + 1;
  return tags > one ? tags : one;
}

// The highest bit of each byte. By hand for clang, which sees that there are sixteen of them, goes
// on in 16 bits, and extends the result.
inline unsigned high_bits(SignedBytes bytes) {
#if defined(__clang__) && defined(__AVX__)
  unsigned bits = 0;
  asm("vpmovmskb %1, %0" : "=r"(bits) : "x"(bytes));
  return bits;
#elif defined(__clang__)
  unsigned bits = 0;
  asm("pmovmskb %1, %0" : "=r"(bits) : "x"(bytes));
  return bits;
#else
  return static_cast<unsigned>(__builtin_ia32_pmovmskb128(bytes));
#endif
}

// A bit for each of the sixteen bytes at `p`, which is aligned to as many, that is the tag.
inline unsigned match_tags(const void* p, Tags tags) {
  typedef Tags AnyBytes __attribute__((may_alias));
  return high_bits(reinterpret_cast<SignedBytes>(*static_cast<const AnyBytes*>(p) == tags));
}

#elif defined(CEX_DETAIL_NEON_TAGS)

using Tags = uint8x16_t;

inline Tags no_tags() { return vdupq_n_u8(0); }
inline Tags repeat_tag(uint64_t hash) { return vdupq_n_u8(tag_of(hash)); }
inline Tags at_least_one(Tags tags) { return vmaxq_u8(tags, vdupq_n_u8(1)); }

inline unsigned match_tags(const void* p, Tags tags) {
  // One bit for each byte that is equal, and then the sums of neighbors, three times.
  constexpr uint8x16_t kBits = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t bits = vandq_u8(vceqq_u8(vld1q_u8(static_cast<const uint8_t*>(p)), tags), kBits);
  bits = vpaddq_u8(bits, bits);
  bits = vpaddq_u8(bits, bits);
  bits = vpaddq_u8(bits, bits);
  return vgetq_lane_u16(vreinterpretq_u16_u8(bits), 0);
}

#else

using Tags = uint64_t;

inline Tags no_tags() { return 0; }
inline Tags repeat_tag(uint64_t hash) { return tag_of(hash) * uint64_t{0x0101010101010101}; }
inline Tags at_least_one(Tags tags) { return tags != 0 ? tags : 0x0101010101010101; }

// A bit for each byte of `x` that is zero, that of its lowest byte first.
constexpr unsigned zero_bytes(uint64_t x) {
  constexpr uint64_t kLow7 = 0x7f7f7f7f7f7f7f7f;
  // The high bit of each; no carry crosses a byte. Then bit 8i is moved to 56 + i: no two of
  // the products meet.
  const uint64_t zero = ~(((x & kLow7) + kLow7) | x | kLow7);
  return static_cast<unsigned>((zero >> 7) * 0x0102040810204080u >> 56);
}

inline unsigned match_tags(const void* p, Tags tags) {
  uint64_t words[2];
  memcpy(words, p, sizeof(words));
  if constexpr (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) {
    for (uint64_t& word : words) word = __builtin_bswap64(word);
  }
  return zero_bytes(words[0] ^ tags) | zero_bytes(words[1] ^ tags) << 8;
}

#endif

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_TAGS_H_
