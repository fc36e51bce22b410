#include "cex/collections/internal/hm_hash.h"

#include <sys/random.h>
#include <time.h>

#include <atomic>

namespace cex::detail {
namespace {

uint64_t draw_seed() {
  uint64_t x = 0;
  if (getentropy(&x, sizeof(x)) == 0 && x != 0) return x;
  // No random device (an old kernel, a strict sandbox): the clock, and where the
  // kernel put the stack.
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return hm_spread(static_cast<uint64_t>(now.tv_nsec) ^ reinterpret_cast<uintptr_t>(&now)) | 1;
}

// 0 until the first map. No local static: that would need the C++ runtime.
constinit std::atomic<uint64_t> process_seed{0};

uint64_t get_process_seed() {
  uint64_t seed = process_seed.load(std::memory_order_relaxed);
  if (seed != 0) return seed;
  const uint64_t drawn = draw_seed();
  // Of two threads that come here first, one wins.
  return process_seed.compare_exchange_strong(seed, drawn, std::memory_order_relaxed) ? drawn
                                                                                      : seed;
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
