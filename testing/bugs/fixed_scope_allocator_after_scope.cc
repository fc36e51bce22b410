// The same in a buffer: the scope's memory is the buffer's again, and its allocator is used.
#include "cex/fixed.h"
#include "testing/bugs/program.h"

PROGRAM(fixed_scope_allocator_after_scope) {
  alignas(64) static char memory[4096];
  const IAllocator a = AllocatorFixed.create(memory, sizeof(memory));
  IAllocator kept = a;
  mem$scope(a, packet) {
    if (bug) kept = bugs::hide(packet);
  }
  char* p = mem$malloc(kept, 10);  // BUG
  bugs::use(p);
  AllocatorFixed.destroy(a);
}
