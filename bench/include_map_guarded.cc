// //examples:include_map with a guard behind its arenas that guards one in 1,000 of their
// pages, to time it beside the same without.
#include "cex/guard.h"
#include "examples/include_map/program.h"

int main(int argc, char** argv) {
  const IAllocator guard = AllocatorGuard.create(mem$, {.one_in = 1000});
  const int status = include_map::run(argc, argv, guard);
  AllocatorGuard.destroy(guard);
  return status;
}
