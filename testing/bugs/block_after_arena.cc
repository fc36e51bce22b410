// A block is used after its arena was destroyed.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(block_after_arena) {  // FOUND
  const IAllocator arena = AllocatorArena.create(4096);
  int* counter = mem$calloc(arena, 1, sizeof(int));
  counter = bugs::hide(counter);
  if (!bug) *counter += 1;
  AllocatorArena.destroy(arena);
  if (bug) *counter += 1;  // BUG
}
