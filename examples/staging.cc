// Staging: let an array grow in temporary memory, then copy the result out at its size.
//
// An array that grows in an arena leaves its old places behind. In tmem$ they are freed with the
// scope, and the arena gets one block of exactly the right size.
#include <cstdio>
#include <cstring>

#include "cex/arena.h"
#include "cex/collections.h"
#include "cex/tempmem.h"

namespace {

struct Primes {
  int* numbers;
  size_t count;
};

// The primes below `limit`, grown in `work`; the copy lies in `a`.
Primes find(IAllocator work, IAllocator a, int limit) {
  arr$(int) found = arr$new(found, work);
  for (int n = 2; n < limit; ++n) {
    bool is_prime = true;
    for$each (p, found) {
      if (p * p > n) break;
      if (n % p == 0) is_prime = false;
    }
    if (is_prime) arr$push(found, n);
  }
  const size_t count = arr$len(found);
  int* const numbers = mem$malloc(a, count * sizeof(int));
  if (numbers == nullptr) return {nullptr, 0};
  memcpy(numbers, found, count * sizeof(int));
  return {numbers, count};
}

void report(const char* how, IAllocator arena, const Primes& primes) {
  const size_t data = primes.count * sizeof(int);
  const size_t used = AllocatorArena.stats(arena).bytes_in_use;
  std::printf("%s: %zu primes up to %d, the arena holds %s\n", how, primes.count,
              primes.numbers[primes.count - 1],
              used < data + 256 ? "just them" : "more than twice that");
  if (used >= data + 256 && used < 2 * data) std::printf("that was wrong\n");
}

}  // namespace

int main() {
  mem$arena(4096, arena) {
    Primes primes{};
    mem$scope(tmem$, _) primes = find(_, arena, 10000);
    report("staged", arena, primes);
  }
  mem$arena(4096, arena) report("grown in place", arena, find(arena, arena, 10000));
  return 0;
}
