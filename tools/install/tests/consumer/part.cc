// Uses one header of cex, and nothing in it.
#include "cex/arena.h"

int part();
int part() { return 0; }
