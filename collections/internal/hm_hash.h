// The hash functions of hm$: one widening multiplication for an integer, one per 16
// bytes of a string.
//
// The idea of folding the 128-bit product of two words into its halves' exclusive
// or comes from Wang Yi's wyhash (https://github.com/wangyi-fudan/wyhash, in the
// public domain) and the MUM hash of Vladimir Makarov before it; the arrangement
// here is this project's. Both operands are masked with secret words, so that
// without the seed an operand can't be made zero, nor keys that collide whatever
// the seed is.
#ifndef CEX_COLLECTIONS_INTERNAL_HM_HASH_H_
#define CEX_COLLECTIONS_INTERNAL_HM_HASH_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace cex::detail {

struct HmSeed {
  uint64_t a;
  uint64_t b;
};

// Spreads the bits of `x` (the finalizer of Steele, Lea and Flood's SplitMix64).
constexpr uint64_t hm_spread(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

constexpr uint64_t kHmGolden = 0x9e3779b97f4a7c15;  // 2^64 / the golden ratio

// Both words, well mixed from whatever number a user gives.
constexpr HmSeed hm_seed_from(uint64_t x) {
  return {hm_spread(x + kHmGolden), hm_spread(x + 2 * kHmGolden)};
}

// The seed of a map whose user gave none: random per process, and different for
// each `map`.
HmSeed hm_random_seed(const void* map);

// hm_fold() from factors of 32 bits, for machines without a wider type.
constexpr uint64_t hm_fold_by_halves(uint64_t x, uint64_t y) {
  constexpr uint64_t kLow = UINT32_MAX;
  const uint64_t low = (x & kLow) * (y & kLow);
  const uint64_t left = (x >> 32) * (y & kLow);
  const uint64_t right = (x & kLow) * (y >> 32);
  const uint64_t middle = (low >> 32) + (left & kLow) + (right & kLow);
  const uint64_t high = (x >> 32) * (y >> 32) + (left >> 32) + (right >> 32) + (middle >> 32);
  return (middle << 32 | (low & kLow)) ^ high;
}

// The two halves of the product.
inline uint64_t hm_fold(uint64_t x, uint64_t y) {
#ifdef __SIZEOF_INT128__
  __extension__ typedef unsigned __int128 Wide;
  const Wide product = static_cast<Wide>(x) * y;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
#else
  return hm_fold_by_halves(x, y);
#endif
}

// What each hash ends in. CEX_DETAIL_DEGENERATE_HASH is for tests: with it all keys
// collide, in tag and in chunk.
inline uint64_t hm_finish(uint64_t hash) {
#ifdef CEX_DETAIL_DEGENERATE_HASH
  return hash & 0;
#else
  return hash;
#endif
}

// The key is in both factors, in one of them with its bytes reversed. With it in one
// alone the product of an arithmetic progression is one again, and for some seeds an
// uneven one; reversed, what varies is never in the low bits of both.
inline uint64_t hm_hash_word(uint64_t x, HmSeed seed) {
  return hm_finish(hm_fold(x ^ seed.a, __builtin_bswap64(x) ^ seed.b));
}

// Bytes as a number, the first one lowest on every machine: so that a key has the same hash on
// each.
inline uint64_t hm_little(uint64_t x) {
  return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(x) : x;
}
inline uint64_t hm_load8(const char* p) {
  uint64_t x;
  memcpy(&x, p, 8);
  return hm_little(x);
}
inline uint64_t hm_load4(const char* p) {
  uint32_t x;
  memcpy(&x, p, 4);
  return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap32(x) : x;
}

// The part for more than 16 bytes.
uint64_t hm_hash_long(const char* p, size_t size, HmSeed seed);

inline uint64_t hm_hash_bytes(const char* p, size_t size, HmSeed seed) {
  if (size > 16) return hm_finish(hm_hash_long(p, size, seed));
  uint64_t x = 0;
  uint64_t y = 0;
  // Two reads that may overlap cover every byte; the size, which tells such
  // overlaps apart, goes in where it can't cancel out against them.
  if (size >= 8) {
    x = hm_load8(p);
    y = hm_load8(p + size - 8);
  } else if (size >= 4) {
    x = hm_load4(p);
    y = hm_load4(p + size - 4);
  } else if (size > 0) {
    x = static_cast<uint64_t>(static_cast<unsigned char>(p[0])) << 16 |
        static_cast<uint64_t>(static_cast<unsigned char>(p[size / 2])) << 8 |
        static_cast<unsigned char>(p[size - 1]);
  }
  return hm_finish(hm_fold(x ^ (seed.a + size * kHmGolden), y ^ seed.b));
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HM_HASH_H_
