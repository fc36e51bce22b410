// A struct's text is freed, whether it was ever set or not.
#include "cex/arena.h"
#include "testing/bugs/program.h"

struct Item {
  int id;
  char* text;
};

PROGRAM(uninitialized_pointer) {
  mem$arena(4096, arena) {
    Item* item = mem$malloc(arena, sizeof(Item));
    item->id = 1;
    if (!bug) item->text = nullptr;
    mem$free(mem$, bugs::hide(item)->text);  // BUG
  }
}
