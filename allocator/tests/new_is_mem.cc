// A program's operator new, put upon mem$, as any allocator of a program may be.
#include <stdlib.h>

#include <new>

#include "cex/allocator.h"

void* operator new(size_t size) {
  void* const p = mem$malloc(mem$, size != 0 ? size : 1);
  if (p == nullptr) abort();
  return p;
}
void operator delete(void* p) noexcept { mem$free(mem$, p); }
void operator delete(void* p, size_t) noexcept { mem$free(mem$, p); }
