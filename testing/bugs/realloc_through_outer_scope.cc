// The other way round: an inner scope's block, made longer through the outer allocator so
// that it may stay.
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(realloc_through_outer_scope) {
  mem$scope(tmem$, outer) {
    char* kept = nullptr;
    mem$scope(tmem$, inner) {
      kept = mem$malloc(bug ? inner : outer, 100);
      kept = mem$realloc(outer, kept, 200);  // BUG
    }
    bugs::use(kept);
  }
}
