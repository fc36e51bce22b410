// A text of the arena grows through the allocator of a scope that is open meanwhile.
#include <string.h>

#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(realloc_through_inner_scope) {
  mem$arena(4096, arena) {
    char* text = mem$calloc(arena, 1, 16);
    for (size_t round = 1; round <= 3; ++round) {
      mem$scope(arena, scratch) {
        char* word = mem$malloc(scratch, 10);
        strcpy(word, "word");
        text = mem$realloc(bug ? scratch : arena, text, 16 + 16 * round);  // BUG
        strcat(text, word);
      }
    }
    bugs::use(text[0]);
  }
}
