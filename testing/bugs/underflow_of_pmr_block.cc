// As above, at the other end.
#include <memory_resource>

#include "cex/pmr.h"
#include "testing/bugs/program.h"

PROGRAM(underflow_of_pmr_block) {
  std::pmr::monotonic_buffer_resource resource;
  const cex::PmrAllocator bridge(&resource);
  const IAllocator a = bridge.allocator();
  char* line = mem$malloc(a, 80);
  bugs::hide(line)[bug ? -1 : 0] = '\n';  // BUG
  mem$free(a, line);                      // FOUND
}
