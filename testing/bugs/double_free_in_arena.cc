// Two lists that hold the same element.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(double_free_in_arena) {
  mem$arena(4096, arena) {
    char* element = mem$malloc(arena, 24);
    char* after = mem$malloc(arena, 24);
    char* const of_second_list = bugs::hide(bug ? element : after);
    mem$free(arena, element);
    mem$free(arena, +of_second_list);  // BUG
  }
}
