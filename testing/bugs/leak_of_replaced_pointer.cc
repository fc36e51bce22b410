// Each turn of the loop allocates, the last one frees.
#include "testing/bugs/program.h"

PROGRAM(leak_of_replaced_pointer) {  // FOUND
  char* line = nullptr;
  for (int i = 0; i < 3; ++i) {
    if (!bug) mem$free(mem$, line);
    line = mem$calloc(mem$, 1, 80);  // BUG
    bugs::use(line[0]);
  }
  mem$free(mem$, line);
}
