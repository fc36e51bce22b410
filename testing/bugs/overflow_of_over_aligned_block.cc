// Vectors of a page's alignment, from a resource over an arena.
#include <string.h>

#include "cex/arena.h"
#include "cex/pmr.h"
#include "testing/bugs/program.h"

PROGRAM(overflow_of_over_aligned_block) {
  mem$arena(16384, arena) {
    cex::PmrResource resource(arena);  // FOUND
    void* p = resource.allocate(200, 128);
    memset(bugs::hide(p), 0, bug ? 201 : 200);  // BUG
    resource.deallocate(p, 200, 128);
  }
}
