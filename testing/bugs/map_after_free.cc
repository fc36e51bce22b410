// A cache is emptied by freeing it, and used on.
#include "cex/hm.h"
#include "testing/bugs/program.h"

PROGRAM(map_after_free) {
  hm$(const char*, int) cache = hm$new(cache, mem$, .copy_keys = true);
  hm$(const char*, int) same = cache;
  hm$set(cache, "a", 1);
  if (bug) {
    hm$free(cache);
  } else {
    hm$clear(cache);
  }
  hm$set(same, "b", 2);  // BUG
  hm$free(same);
}
