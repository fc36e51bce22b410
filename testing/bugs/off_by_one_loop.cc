// `<=` where `<` was meant, in memory of an arena.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(off_by_one_loop) {
  mem$arena(4096, arena) {  // FOUND
    const size_t count = 10;
    int* squares = mem$malloc(arena, count * sizeof(int));
    for (size_t i = 0; bug ? i <= count : i < count; ++i) {
      bugs::hide(squares)[i] = static_cast<int>(i * i);  // BUG
    }
  }
}
