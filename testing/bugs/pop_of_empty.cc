// One closing bracket too many.
#include "cex/arr.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(pop_of_empty) {
  mem$scope(tmem$, _) {
    arr$(char) open = arr$new(open, _);
    for (const char* p = bug ? "(())) " : "(()) "; *p != '\0'; ++p) {
      if (*p == '(') arr$push(open, *p);
      if (*p == ')') bugs::use(arr$pop(open));  // BUG
    }
  }
}
