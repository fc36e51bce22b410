// Fails unless it is built with the checks, whatever the command line says.
#include "cex/arena.h"

int main() {
  mem$arena(4096, arena) {
    unsigned char* const p = mem$malloc(arena, 10);
    // Fresh memory has a pattern of its own only where the checks are on.
    if (!cex::kChecked || p[0] != 0x7f) return 1;
  }
}
