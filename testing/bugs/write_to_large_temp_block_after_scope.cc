// A block so large that in a release its page goes when the scope ends.
#include <string.h>

#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(write_to_large_temp_block_after_scope) {  // FOUND
  char* pixels = nullptr;
  mem$scope(tmem$, _) {
    pixels = mem$malloc(_, 500'000);
    memset(pixels, 0, 500'000);
    if (!bug) bugs::hide(pixels)[1000] = 1;
  }
  if (bug) bugs::hide(pixels)[1000] = 1;  // BUG
}
