// A scope that C code opened, with a return before its end.
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

static void format(bool bug) {
  const IAllocator a = tmem$->scope_enter(tmem$);  // BUG
  char* text = mem$malloc(a, 30);
  bugs::use(text);
  if (!bug) a->scope_exit(a);
}

PROGRAM(scope_left_open) { format(bug); }  // FOUND
