// The same in an arena, at an offset where a block could begin.
#include "cex/arena.h"
#include "testing/bugs/program.h"

struct Pair {
  char key[16];
  char value[16];
};

PROGRAM(free_of_middle_in_arena) {
  mem$arena(4096, arena) {
    Pair* pair = mem$malloc(arena, sizeof(Pair));
    if (bug) {
      char* value = bugs::hide(pair->value);
      mem$free(arena, value);  // BUG
    } else {
      mem$free(arena, pair);
    }
  }
}
