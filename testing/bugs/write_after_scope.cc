// A pointer out of a scope that has ended.
#include <string.h>

#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(write_after_scope) {  // FOUND
  char* line = nullptr;
  mem$scope(tmem$, _) {
    line = mem$malloc(_, 100);
    strcpy(line, "text");
  }
  line = bugs::hide(line);
  if (bug) line[0] = 'T';  // BUG
}
