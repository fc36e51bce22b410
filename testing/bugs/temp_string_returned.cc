// As for an array, with a plain pointer: what is read there is anyone's guess.
#include <stdio.h>
#include <string.h>

#include "cex/tempmem.h"
#include "testing/bugs/program.h"

static char* label_of(IAllocator a, int n, bool bug) {
  char* label = nullptr;
  mem$scope(tmem$, _) {
    label = mem$malloc(bug ? _ : a, 32);
    snprintf(label, 32, "item %d", n);
  }
  return bugs::hide(label);
}

PROGRAM(temp_string_returned) {
  char* label = label_of(mem$, 7, bug);
  bugs::use(label[0] == 'i');  // BUG
  if (!bug) mem$free(mem$, label);
}
