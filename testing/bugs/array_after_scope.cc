// An array that is declared outside and made inside.
#include "cex/arr.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(array_after_scope) {
  arr$(int) found = nullptr;
  mem$scope(tmem$, _) {
    arr$new(found, bug ? _ : mem$);
    arr$push(found, 1);
  }
  arr$push(found, 2);  // BUG
  arr$free(found);
}
