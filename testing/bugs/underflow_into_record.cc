// A name is written backwards, further than its block reaches.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(underflow_into_record) {
  mem$arena(4096, arena) {
    char* digits = mem$malloc(arena, 8);
    char* end = bugs::hide(digits) + 8;
    for (int i = 0; i < (bug ? 40 : 8); ++i) *--end = '0';  // BUG
    mem$free(arena, digits);                                // FOUND
  }
}
