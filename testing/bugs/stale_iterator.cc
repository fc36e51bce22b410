// Adding to an array inside a loop over it.
#include "cex/arena.h"
#include "cex/arr.h"
#include "cex/for_each.h"
#include "testing/bugs/program.h"

PROGRAM(stale_iterator) {  // FOUND
  mem$arena(4096, arena) {
    arr$(int) tasks = arr$new(tasks, arena);
    for (int i = 0; i < 16; ++i) arr$push(tasks, i);
    const size_t length = arr$len(tasks);
    int* it = tasks.begin();
    for (size_t i = 0; i < length; ++i) {
      if (i == 3) {
        char* name = mem$malloc(arena, 20);  // so that the array can't grow where it is
        bugs::use(name);
        arr$push(tasks, 100);
      }
      if (!bug) it = tasks.begin() + i;
      *bugs::hide(it) += 1;  // BUG
      ++it;
    }
  }
}
