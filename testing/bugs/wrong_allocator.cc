// Made in an arena, freed to the heap.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(wrong_allocator) {
  mem$arena(4096, arena) {
    char* text = bugs::hide(static_cast<char*>(mem$malloc(arena, 40)));
    mem$free(bug ? mem$ : arena, text);  // BUG
  }
}
