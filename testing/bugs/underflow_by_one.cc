// Cutting the blanks from the end of a line that has nothing else.
#include <string.h>

#include "testing/bugs/program.h"

static void cut_blanks(char* line, bool bug) {
  char* last = bugs::hide(line) + strlen(line);
  while ((bug || last > line) && last[-1] == ' ') *--last = '\0';
  if (bug) last[-1] = '\0';  // BUG
}

PROGRAM(underflow_by_one) {
  char* line = mem$malloc(mem$, 4);
  memcpy(line, "   ", 4);
  cut_blanks(line, bug);
  mem$free(mem$, line);  // FOUND
}
