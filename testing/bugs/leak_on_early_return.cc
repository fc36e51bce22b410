// The error path forgets what was taken before it.
#include <string.h>

#include "testing/bugs/program.h"

static bool load(const char* text, bool bug) {
  char* buffer = mem$malloc(mem$, 100);  // BUG
  strcpy(buffer, text);
  if (buffer[0] != '{') {
    if (!bug) mem$free(mem$, buffer);
    return false;
  }
  mem$free(mem$, buffer);
  return true;
}

PROGRAM(leak_on_early_return) { bugs::use(load("not json", bug)); }  // FOUND
