// A program's operator new, put upon mem$, as any allocator of a program may be.
#include <stdlib.h>

#include <new>

#include "cex/allocator.h"

namespace {
void* allocate(size_t size, size_t align) {
  void* const p = mem$malloc(mem$, size != 0 ? size : 1, align);
  if (p == nullptr) abort();
  return p;
}
}  // namespace

void* operator new(size_t size) { return allocate(size, 0); }
void* operator new(size_t size, std::align_val_t align) {
  return allocate(size, static_cast<size_t>(align));
}
void operator delete(void* p) noexcept { mem$free(mem$, p); }
void operator delete(void* p, size_t) noexcept { mem$free(mem$, p); }
void operator delete(void* p, std::align_val_t) noexcept { mem$free(mem$, p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { mem$free(mem$, p); }
