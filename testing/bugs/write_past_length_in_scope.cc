// The room that an array in temporary memory has reserved, filled past its length.
#include "cex/arr.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(write_past_length_in_scope) {
  mem$scope(tmem$, _) {
    arr$(char) line = arr$new(line, _, .capacity = 100);
    arr$push(line, '>');
    char* end = bugs::hide(line.data()) + 1;
    if (bug) end[3] = ' ';  // BUG
    for (int i = 0; i < 10; ++i) {
      arr$push(line, 'x');  // FOUND
    }
  }
}
