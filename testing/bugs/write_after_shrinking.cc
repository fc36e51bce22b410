// The block shrank to what was needed; the writer kept the old end.
#include "testing/bugs/program.h"

PROGRAM(write_after_shrinking) {
  char* buffer = mem$malloc(mem$, 100);
  buffer = mem$realloc(mem$, buffer, 40);
  bugs::hide(buffer)[bug ? 40 : 39] = '\0';  // BUG
  mem$free(mem$, buffer);                    // FOUND
}
