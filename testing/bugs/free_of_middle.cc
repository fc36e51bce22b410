// The pointer that walked through the block is freed instead of the block's own.
#include <string.h>

#include "testing/bugs/program.h"

PROGRAM(free_of_middle) {
  char* text = mem$malloc(mem$, 20);
  strcpy(text, "   indented");
  char* p = text;
  while (*p == ' ') ++p;
  p = bugs::hide(p);
  mem$free(mem$, +(bug ? p : text));  // BUG
}
