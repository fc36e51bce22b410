// How often each word occurs.
#ifndef EXAMPLES_CMAKE_WORDS_H_
#define EXAMPLES_CMAKE_WORDS_H_

#include "cex/allocator.h"
#include "cex/hm.h"

using Counts = hm$(const char*, int);

// Counts the words, in the order of their first occurrence. Allocates, and says so:
// what from is the caller's choice, who frees the result with hm$free. False when
// there is no memory; there is nothing to free then.
bool count_words(IAllocator a, const char* const* words, int n, Counts& counts);

#endif  // EXAMPLES_CMAKE_WORDS_H_
