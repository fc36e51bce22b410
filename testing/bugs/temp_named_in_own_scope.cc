// A function names tmem$ for its result, in place of the allocator that it was given: in a
// scope of its own that is the scope's.
#include <string.h>

#include "cex/tempmem.h"
#include "testing/bugs/program.h"

static char* joined(IAllocator a, const char* dir, const char* name, bool bug) {
  mem$scope(tmem$, _) {
    char* scratch = mem$malloc(_, 100);
    strcpy(scratch, dir);
    strcat(scratch, name);
    char* result = mem$malloc(bug ? tmem$ : a, strlen(scratch) + 1);
    return strcpy(result, scratch);
  }
}

PROGRAM(temp_named_in_own_scope) {  // FOUND
  mem$scope(tmem$, _) {
    char* path = bugs::hide(joined(_, "/etc/", "hosts", bug));
    path[0] = '\\';  // BUG
  }
}
