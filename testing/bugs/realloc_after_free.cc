// Growing a buffer that an error path has freed.
#include "testing/bugs/program.h"

PROGRAM(realloc_after_free) {
  char* buffer = mem$malloc(mem$, 10);
  char* kept = bugs::hide(buffer);
  if (bug) mem$free(mem$, buffer);
  kept = mem$realloc(mem$, kept, 20);  // BUG
  mem$free(mem$, kept);
}
