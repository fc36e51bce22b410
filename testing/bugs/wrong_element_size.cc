// The elements' type was changed; the size of the block was not.
#include <stdint.h>

#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(wrong_element_size) {
  mem$arena(4096, arena) {
    const size_t count = 4;
    uint32_t* ids = mem$malloc(arena, count * (bug ? sizeof(uint16_t) : sizeof(uint32_t)));
    for (size_t i = 0; i < count; ++i) bugs::hide(ids)[i] = 7;  // BUG
    mem$free(arena, ids);                                       // FOUND
  }
}
