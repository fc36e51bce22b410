// A buffer is plain memory again, and somebody still allocates from it.
#include <string.h>

#include "cex/fixed.h"
#include "testing/bugs/program.h"

PROGRAM(fixed_after_destroy) {
  alignas(64) static char memory[4096];
  const IAllocator a = AllocatorFixed.create(memory, sizeof(memory));
  if (bug) AllocatorFixed.destroy(a);
  char* p = mem$malloc(bugs::hide(a), 10);  // BUG
  bugs::use(p);
  if (!bug) AllocatorFixed.destroy(a);
}
