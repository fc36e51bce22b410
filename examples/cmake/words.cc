#include "words.h"

#include "cex/for_each.h"

bool count_words(IAllocator a, const char* const* words, int n, Counts& counts) {
  if (hm$try_new(counts, a) == nullptr) return false;
  for$each (word, words, n) {
    int* const count = hm$try_setp(counts, word);
    if (count == nullptr) {
      hm$free(counts);
      return false;
    }
    *count += 1;
  }
  return true;
}
