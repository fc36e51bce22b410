// Prints how this program, and a library below it, were compiled.
#include <stdio.h>

#include "cex/allocator.h"
#include "sanitizer/tests/mode_of_library.h"

int main() {
  // So that an allocator is linked, of whichever kind.
  char* p = mem$malloc(mem$, 10);
  mem$free(mem$, p);
  printf("program: %s\nlibrary: %s\n", cex::kChecked ? "checks" : "no checks",
         is_library_checked() ? "checks" : "no checks");
}
