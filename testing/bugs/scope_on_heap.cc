// A function that takes any allocator opens a scope on what is none with scopes.
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

static void work(IAllocator a) {
  mem$scope(a, scratch) {  // BUG
    char* p = mem$malloc(scratch, 10);
    bugs::use(p);
  }
}

PROGRAM(scope_on_heap) { work(bug ? mem$ : tmem$); }
