// A block with an arena's page to itself, one byte too short for its mark at the end.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(overflow_of_large_block) {
  mem$arena(4096, arena) {
    const size_t size = 100'000;
    char* image = mem$malloc(arena, size);
    bugs::hide(image)[bug ? size : size - 1] = '\xff';  // BUG
    mem$free(arena, image);                             // FOUND
  }
}
