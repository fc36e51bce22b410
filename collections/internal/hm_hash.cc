#include "cex/collections/internal/hm_hash.h"

#include <atomic>

#include "cex/sanitizer/internal/system.h"

namespace cex::detail {
namespace {

// 0 until the first map. In words that every machine reads and writes at once. No local static:
// that would need the C++ runtime.
constexpr size_t kWords = sizeof(uint64_t) / sizeof(uintptr_t);
constinit std::atomic<uintptr_t> process_seed[kWords] = {};

uint64_t get_process_seed() {
  uint64_t seed = 0;
  uint64_t drawn = 0;
  for (size_t i = 0; i < kWords; ++i) {
    constexpr unsigned kBits = 8 * sizeof(uintptr_t);
    uintptr_t word = process_seed[i].load(std::memory_order_relaxed);
    if (word == 0) {
      if (drawn == 0) drawn = random_bits();
      const auto part = static_cast<uintptr_t>(drawn >> (i * kBits));
      const uintptr_t mine = part != 0 ? part : 1;
      if constexpr (std::atomic<uintptr_t>::is_always_lock_free) {
        // Of two threads that come here first, one wins.
        if (process_seed[i].compare_exchange_strong(word, mine, std::memory_order_relaxed)) {
          word = mine;
        }
      } else {  // a Cortex-M0, which has no threads either
        process_seed[i].store(word = mine, std::memory_order_relaxed);
      }
    }
    seed |= uint64_t{word} << (i * kBits);
  }
  return seed;
}

}  // namespace

HmSeed hm_random_seed(const void* map) {
  return hm_seed_from(get_process_seed() ^ reinterpret_cast<uintptr_t>(map));
}

uint64_t hm_hash_long(const char* p, size_t size, HmSeed seed) {
  uint64_t state = seed.a + size * kHmGolden;
  size_t left = size;
  if (left > 48) {
    // Three chains, so that the multiplications overlap.
    uint64_t second = state;
    uint64_t third = ~state;
    do {
      state = hm_fold(hm_load8(p) ^ seed.b, hm_load8(p + 8) ^ state);
      second = hm_fold(hm_load8(p + 16) ^ ~seed.b, hm_load8(p + 24) ^ second);
      third = hm_fold(hm_load8(p + 32) ^ seed.a, hm_load8(p + 40) ^ third);
      p += 48;
      left -= 48;
    } while (left > 48);
    state ^= hm_fold(second ^ seed.a, third ^ seed.b);
  }
  while (left > 16) {
    state = hm_fold(hm_load8(p) ^ seed.b, hm_load8(p + 8) ^ state);
    p += 16;
    left -= 16;
  }
  // The last 16 bytes of the key, some of them a second time.
  return hm_fold(hm_load8(p + left - 16) ^ seed.b, hm_load8(p + left - 8) ^ state);
}

}  // namespace cex::detail
