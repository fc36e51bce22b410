// The longest name, remembered beyond the scope that it lay in.
#include <string.h>

#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(read_after_scope) {
  const char* longest = "";
  mem$scope(tmem$, _) {
    char* name = mem$malloc(_, 20);
    strcpy(name, "the longest");
    longest = bugs::hide(name);
    if (!bug) longest = "the longest";
  }
  bugs::use(longest[0] == 't');  // BUG
}
