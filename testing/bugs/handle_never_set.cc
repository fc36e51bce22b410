// An object is allocated without being cleared, and its array is never made.
#include "cex/arena.h"
#include "cex/arr.h"
#include "testing/bugs/program.h"

namespace {
struct Log {
  char name[24];
  arr$(int) sizes;
};
}  // namespace

PROGRAM(handle_never_set) {
  mem$arena(4096, arena) {
    Log* log = mem$malloc(arena, sizeof(Log));
    if (!bug) arr$new(log->sizes, arena);
    arr$push(bugs::hide(log)->sizes, 1);  // BUG
  }
}
