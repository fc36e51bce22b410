// A key that the map has copied gets a suffix in place.
#include <string.h>

#include "cex/hm.h"
#include "testing/bugs/program.h"

PROGRAM(overflow_of_map_key) {
  hm$(char*, int) sizes = hm$new(sizes, mem$, .copy_keys_arena_pgsize = 4096);
  char name[] = "archive";
  hm$set(sizes, name, 1);
  char* key = bugs::hide(sizes[0].key);
  if (bug) strcat(key, "~");  // BUG
  hm$free(sizes);             // FOUND
}
