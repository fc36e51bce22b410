// Loops of pushes whose instructions are counted (tempmem/tests/fast_path): the length
// stays in a register in each and is only stored. A load of it would be one more. And a lookup
// and a growth that have to prefetch, which a compiler may forget.
#include "cex/arr.h"
#include "cex/hf.h"

extern "C" {

void push_by_reference_loop(arr$(uint64_t) & a, uint64_t n) {
  for (uint64_t i = 0; i < n; ++i) arr$push(a, i);
}

void push_onto_local_loop(IAllocator allocator, uint64_t n, void use(const uint64_t*)) {
  arr$(uint64_t) a = arr$new(a, allocator);
  for (uint64_t i = 0; i < n; ++i) arr$push(a, i);
  use(a);
  arr$free(a);
}

bool try_push_loop(arr$(double) & a, uint64_t n) {
  for (uint64_t i = 0; i < n; ++i) {
    if (arr$try_push(a, 0.5) == nullptr) return false;
  }
  return true;
}

uint64_t* hf_find_prefetches(hf$(uint64_t, uint64_t) m, uint64_t key) { return hf$getp(m, key); }

[[gnu::flatten]] bool hf_growth_prefetches(cex::detail::MapHeader* header,
                                           const cex::detail::HfTable& table, cex::Site site) {
  const void* inside = nullptr;
  return cex::detail::hf_move_to<cex::HmEntry<const char*, int>>(header, table, &inside, site);
}
}
