// Counts the words of its arguments in memory that goes by itself.
#include <cstdio>

#include "cex/for_each.h"
#include "cex/tempmem.h"
#include "words.h"

int main(int argc, char** argv) {
  mem$scope(tmem$, _) {
    Counts counts;
    if (!count_words(_, argv + 1, argc - 1, counts)) return 1;
    for$each (entry, counts) {
      std::printf("%d %s\n", entry.value, entry.key);
    }
  }
}
