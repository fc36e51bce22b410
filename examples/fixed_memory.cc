// Fixed memory: a small device allocates from one static buffer. When it is full, mem$malloc
// returns nullptr, and the program goes on.
//
// Nothing here calls malloc. The size of the buffer is the memory budget, in one place. Each round
// has a scope, so memory use does not grow over time.
#include <cstdint>
#include <cstdio>

#include "cex/collections.h"
#include "cex/fixed.h"

namespace {

alignas(64) char memory[8 * 1024];

struct Reading {
  uint32_t time;
  int16_t celsius;
};

// The readings of a round, summed up in memory of `a`; false when it has no room.
bool sum_up(IAllocator a, uint32_t round, int readings) {
  arr$(Reading) window = nullptr;
  if (arr$try_new(window, a, .capacity = readings) == nullptr) return false;
  for (int i = 0; i < readings; ++i) {
    arr$push(window, round * 100 + static_cast<uint32_t>(i), static_cast<int16_t>(20 + i % 5));
  }
  int sum = 0;
  for$eachp (reading, window) sum += reading->celsius;
  std::printf("round %u: %zu readings, mean %d\n", unsigned{round}, arr$len(window),
              sum / static_cast<int>(arr$len(window)));
  return true;
}

}  // namespace

int main() {
  const IAllocator device = AllocatorFixed.create(memory, sizeof(memory));
  if (device == nullptr) return 1;
  const int wanted[] = {10, 400, 5000, 20};
  uint32_t round = 0;
  for$each (readings, wanted) {
    ++round;
    mem$scope(device, a) {
      if (!sum_up(a, round, readings)) {
        std::printf("round %u: no room for %d readings, skipped\n", unsigned{round}, readings);
      }
    }
  }
  std::printf("%zu bytes in use\n", AllocatorFixed.stats(device).bytes_in_use);
  return 0;
}
