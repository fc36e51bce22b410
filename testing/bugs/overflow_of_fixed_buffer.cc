// The last field of a message, written past the block, into the rest of the buffer.
#include "cex/fixed.h"
#include "testing/bugs/program.h"

PROGRAM(overflow_of_fixed_buffer) {
  alignas(64) static char memory[4096];
  const IAllocator a = AllocatorFixed.create(memory, sizeof(memory));
  char* message = mem$malloc(a, 25);
  for (int i = 0; i < (bug ? 26 : 25); ++i) bugs::hide(message)[i] = 'm';  // BUG
  mem$free(a, message);                                                    // FOUND
  AllocatorFixed.destroy(a);
}
