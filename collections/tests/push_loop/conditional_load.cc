// What the count has to refuse: the negative control. Each round tests the handle before it
// reads the length, so that no compiler may read it ahead of the loop. And a lookup that does
// not prefetch.
#include "cex/arr.h"

extern "C" void push_by_reference_loop(arr$(uint64_t) & a, uint64_t n) {
  for (uint64_t i = 0; i < n; ++i) {
    if (a == nullptr) __builtin_trap();
    arr$push(a, i);
  }
}

extern "C" uint64_t* hf_find_prefetches(uint64_t* entries, size_t i) { return entries + i; }
extern "C" uint64_t hf_growth_prefetches(const uint64_t* entries, size_t i) { return entries[i]; }
