// A line is copied to where there is room for a word: far past the guard bytes.
#include <string.h>

#include "cex/allocator.h"
#include "testing/bugs/program.h"

PROGRAM(overflow_by_a_line) {
  char line[160];
  memset(line, 'l', sizeof(line));
  char* word = mem$malloc(mem$, 16);
  memcpy(bugs::hide(word), line, bug ? sizeof(line) : 16);  // BUG
  mem$free(mem$, word);                                     // FOUND
}
