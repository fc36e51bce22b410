// A pointer to a map's value, kept while others are added.
#include "cex/hm.h"
#include "testing/bugs/program.h"

PROGRAM(stale_entry_after_growth) {  // FOUND
  hm$(int, int) counts = hm$new(counts, mem$);
  int* first = hm$setp(counts, 1);
  for (int i = 0; i < 1000; ++i) hm$set(counts, i, 0);
  if (!bug) first = hm$getp(counts, 1);
  *bugs::hide(first) += 1;  // BUG
  hm$free(counts);
}
