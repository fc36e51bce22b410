// An allocator is remembered in the scope, and an array is made from it later.
#include "cex/arr.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(array_made_after_scope) {
  IAllocator a = mem$;
  mem$scope(tmem$, _) {
    if (bug) a = bugs::hide(_);
  }
  arr$(int) list = nullptr;
  arr$new(list, a);  // BUG
  bugs::use(list);
  arr$free(list);
}
