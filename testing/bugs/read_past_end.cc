// Looking for a separator in text that has none, and no NUL.
#include <string.h>

#include "testing/bugs/program.h"

PROGRAM(read_past_end) {
  char* text = mem$malloc(mem$, 9);
  memcpy(text, "key value", 9);
  const char* p = bugs::hide(text);
  while ((bug || p < text + 9) && *p != '=' && p < text + 10) ++p;  // BUG
  bugs::use(p);
  mem$free(mem$, text);
}
