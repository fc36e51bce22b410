// Temporary memory without anything that ends it.
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

static char* greeting(IAllocator a) {
  char* text = mem$malloc(a, 30);  // BUG
  return text;
}

PROGRAM(temp_outside_scope) {
  if (bug) {
    bugs::use(greeting(tmem$));
  } else {
    mem$scope(tmem$, _) {
      bugs::use(greeting(_));
    }
  }
}
