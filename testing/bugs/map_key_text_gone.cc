// A map that outlives the text of its keys: .copy_keys is forgotten.
#include <stdio.h>

#include "cex/hm.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(map_key_text_gone) {
  hm$(const char*, int) sizes = hm$new(sizes, mem$, .copy_keys = !bug);
  mem$scope(tmem$, _) {
    for (int i = 0; i < 20; ++i) {
      char* name = mem$malloc(_, 32);
      snprintf(name, 32, "file number %d", i);
      hm$set(sizes, name, i);
    }
  }
  bugs::use(hm$get(sizes, "file number 7"));  // BUG
  hm$free(sizes);
}
