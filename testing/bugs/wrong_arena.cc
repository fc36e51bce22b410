// Two arenas, and a block that is resized through the other one.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(wrong_arena) {
  mem$arena(4096, documents) {
    mem$arena(4096, indexes) {
      bugs::use(indexes);
      char* page = mem$malloc(documents, 40);
      page = mem$realloc(bug ? indexes : documents, bugs::hide(page), 80);  // BUG
      bugs::use(page);
    }
  }
}
