// An error path frees what the end of the function frees as well.
#include "testing/bugs/program.h"

static bool parse(char* buffer) { return buffer[0] == '{'; }

PROGRAM(double_free) {
  char* buffer = mem$calloc(mem$, 1, 50);
  char* const same = bugs::hide(buffer);
  if (!parse(buffer)) {
    mem$free(mem$, buffer);
  }
  if (bug) mem$free(mem$, +same);  // BUG
}
