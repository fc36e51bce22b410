// A block of a resource, written to after it was freed.
#include <memory_resource>

#include "cex/pmr.h"
#include "testing/bugs/program.h"

PROGRAM(write_after_free_of_pmr_block) {  // FOUND
  const cex::PmrAllocator bridge(std::pmr::new_delete_resource());
  const IAllocator a = bridge.allocator();
  char* p = mem$malloc(a, 100);
  char* late = bugs::hide(p);
  if (bug) mem$free(a, p);
  late[10] = 'x';  // BUG
  if (!bug) mem$free(a, p);
}
