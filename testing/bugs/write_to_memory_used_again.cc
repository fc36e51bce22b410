// A cursor into the last round's memory, which this round would have been given again.
#include <string.h>

#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(write_to_memory_used_again) {  // FOUND
  char* cursor = nullptr;
  for (int round = 0; round < 3; ++round) {
    mem$scope(tmem$, _) {
      char* line = mem$malloc(_, 100);
      strcpy(line, "text");
      if (cursor == nullptr || !bug) cursor = bugs::hide(line);
      *cursor = '#';  // BUG
      bugs::use(line[0]);
    }
  }
}
