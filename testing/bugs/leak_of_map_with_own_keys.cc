// A map is dropped as if it were a value.
#include "cex/hm.h"
#include "testing/bugs/program.h"

PROGRAM(leak_of_map_with_own_keys) {                                   // FOUND
  hm$(const char*, int) ages = hm$new(ages, mem$, .copy_keys = true);  // BUG
  hm$set(ages, "ann", 41);
  if (bug) {
    ages = nullptr;
  } else {
    hm$free(ages);
  }
}
