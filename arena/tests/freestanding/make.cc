#include "cex/arena.h"
#include "cex/fixed.h"

extern "C" IAllocator make_arena() { return AllocatorArena.create(4096); }

extern "C" IAllocator make_fixed() {
  alignas(64) static char memory[8192];
  return AllocatorFixed.create(memory, sizeof(memory));
}
