// Names that all cases of a suite share, in an arena that lives on; one case writes past one.
#include <string.h>

#include "cex/arena.h"
#include "cex/leak_check.h"
#include "testing/bugs/program.h"

static char* shared_name() {
  static char* const name = [] {
    const cex::testing::AllowLeaks allow;
    static const IAllocator arena = AllocatorArena.create(4096);  // until the program ends
    char* text = mem$malloc(arena, 8);
    return text;
  }();
  return name;
}

PROGRAM(overflow_in_shared_arena) {                             // FOUND
  strcpy(shared_name(), bugs::hide(bug ? "settings" : "set"));  // BUG
}
