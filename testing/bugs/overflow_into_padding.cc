// One byte too many, which alignment would have hidden: 13 bytes take 16.
#include <string.h>

#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(overflow_into_padding) {
  mem$scope(tmem$, _) {                   // FOUND
    const char date[] = "24 Nov 2026  ";  // 13 characters and a NUL
    char* copy = mem$malloc(_, bug ? 13 : 14);
    strcpy(bugs::hide(copy), date);  // BUG
  }
}
