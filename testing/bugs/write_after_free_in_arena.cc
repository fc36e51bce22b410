// Freeing in an arena is no less of a promise.
#include <string.h>

#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(write_after_free_in_arena) {  // FOUND
  mem$arena(4096, arena) {
    char* key = mem$malloc(arena, 30);
    char* const old = bugs::hide(key);
    mem$free(arena, key);
    key = mem$malloc(arena, 30);
    strcpy(bug ? old : key, "a key");  // BUG
  }
}
