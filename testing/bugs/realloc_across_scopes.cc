// The caveat of the manual: an outer scope's block, resized in an inner one, goes
// with that.
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(realloc_across_scopes) {
  mem$scope(tmem$, _) {
    unsigned char* p2 = mem$malloc(_, 100);
    if (!bug) p2 = mem$realloc(_, p2, 110241024);

    mem$scope(tmem$, inner) {
      if (bug) p2 = mem$realloc(inner, p2, 110241024);  // BUG
    }

    if (!bug) p2[128] = '1';
    if (bugs::hide(p2)[128] == '0') bugs::use(p2);
  }
}
