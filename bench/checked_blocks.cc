// What a block costs under CEX_TEST, as the number of live blocks grows: 400,000 blocks are
// allocated, resized and freed in the order of their making, N at a time. Usage: checked_blocks N
#include <stdio.h>
#include <stdlib.h>

#include <vector>

#include "cex/allocator.h"
#include "cex/arena.h"

namespace {

constexpr size_t kBlocks = 400'000;

// Whether all blocks were had.
bool use(IAllocator a, std::vector<char*>* blocks) {
  for (char*& p : *blocks) p = mem$malloc(a, 100);
  for (char*& p : *blocks) {
    if (p == nullptr) return false;
    p = mem$realloc(a, p, 200);
  }
  for (char*& p : *blocks) {
    if (p == nullptr) return false;
    mem$free(a, p);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const size_t live = argc == 2 ? strtoul(argv[1], nullptr, 10) : 0;
  if (live == 0 || live > kBlocks) {
    fprintf(stderr, "usage: %s N, from 1 to %zu\n", argv[0], kBlocks);
    return 2;
  }
  std::vector<char*> blocks(live);
  const IAllocator arena = AllocatorArena.create(65536);
  if (arena == nullptr) return 1;
  bool is_good = true;
  for (size_t made = 0; made < kBlocks && is_good; made += live) {
    is_good = use(arena, &blocks) && use(mem$, &blocks);
  }
  AllocatorArena.destroy(arena);
  return is_good ? 0 : 1;
}
