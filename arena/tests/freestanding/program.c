/* Calls into every part that has to do without the C++ runtime. */
#include "cex/allocator.h"

IAllocator make_arena(void);
IAllocator make_fixed(void);

static int use(IAllocator a) {
  char* const p = a->malloc(a, 100, 16);
  if (p == NULL || a->scope_enter(a) == NULL) return 0;
  if (a->calloc(a, 10, 100, 64) == NULL) return 0;
  a->scope_exit(a);
  return a->realloc(a, p, 200, 16) != NULL;
}

int main(void) { return use(make_arena()) && use(make_fixed()) ? 0 : 1; }
