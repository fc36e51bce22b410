// Uses @cex//collections: counts the words of its arguments, on the heap.
#include <cstdio>

#include "cex/collections.h"

int main(int argc, char** argv) {
  hm$(const char*, int) counts = hm$new(counts, mem$);
  for$each (word, argv + 1, argc - 1) {
    *hm$setp(counts, word) += 1;
  }
  for$each (entry, counts) {
    std::printf("%d %s\n", entry.value, entry.key);
  }
  hm$free(counts);
}
