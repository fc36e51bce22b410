// The default is no block, but is freed like what replaces it.
#include "testing/bugs/program.h"

PROGRAM(free_of_static) {
  alignas(16) static char default_name[16] = "unnamed";
  char* name = default_name;
  if (!bug) name = mem$malloc(mem$, 16);
  name = bugs::hide(name);
  mem$free(mem$, name);  // BUG
}
