// A kernel that works on whole vectors, over a length that is no multiple of them.
#include "testing/bugs/program.h"

PROGRAM(overflow_of_aligned_block) {
  const size_t count = 30;
  const size_t room = bug ? count : mem$aligned_round(count, 16);
  float* values = mem$malloc(mem$, room * sizeof(float), 64);
  for (size_t i = 0; i < count; i += 16) {
    for (size_t lane = 0; lane < 16; ++lane) bugs::hide(values)[i + lane] = 1;  // BUG
  }
  mem$free(mem$, values);  // FOUND
}
