// An object is freed, and the array in it is used as if it were there.
#include "cex/arr.h"
#include "testing/bugs/program.h"

namespace {
struct Log {
  char name[24];
  arr$(int) sizes;
};
}  // namespace

PROGRAM(array_in_freed_object) {
  Log* log = mem$new(mem$, Log);
  Log* const kept = bugs::hide(log);
  arr$new(kept->sizes, mem$);
  if (bug) {
    arr$free(log->sizes);
    mem$free(mem$, log);
  }
  arr$push(kept->sizes, 1);  // BUG
  if (!bug) {
    arr$free(log->sizes);
    mem$free(mem$, log);
  }
}
