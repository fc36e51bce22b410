// Made for vectors, and resized for bytes.
#include "testing/bugs/program.h"

PROGRAM(realloc_with_other_alignment) {
  float* lanes = mem$malloc(mem$, 256, 64);
  lanes = mem$realloc(mem$, lanes, 1024, bug ? 16 : 64);  // BUG
  mem$free(mem$, lanes);
}
