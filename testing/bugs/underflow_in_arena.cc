// A length is stored in front of the text, as the caller has no room for it there.
#include <string.h>

#include "cex/arena.h"
#include "testing/bugs/program.h"

static void set_length(char* text, char length) { text[-1] = length; }  // BUG

PROGRAM(underflow_in_arena) {
  mem$arena(4096, arena) {
    char* memory = mem$malloc(arena, 20);
    char* text = memory + (bug ? 0 : 1);
    memcpy(text, "some text", 10);
    set_length(bugs::hide(text), 9);
    mem$free(arena, memory);  // FOUND
  }
}
