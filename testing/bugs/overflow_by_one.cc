// A copy of a string without room for its NUL.
#include <string.h>

#include "testing/bugs/program.h"

static char* copy_of(IAllocator a, const char* text, bool bug) {
  const size_t size = strlen(text) + (bug ? 0 : 1);
  char* copy = mem$malloc(a, size);
  if (copy != nullptr) strcpy(copy, bugs::hide(text));  // BUG
  return copy;
}

PROGRAM(overflow_by_one) {
  char* name = copy_of(mem$, "settings", bug);
  mem$free(mem$, name);  // FOUND
}
