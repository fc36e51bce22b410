// An object is allocated without being cleared, and its array is never made.
#include "cex/arena.h"
#include "cex/arr.h"
#include "testing/bugs/program.h"

namespace {
struct Rotation {
  char name[24];
  arr$(int) sizes;
};
}  // namespace

PROGRAM(handle_never_set) {
  mem$arena(4096, arena) {
    Rotation* rotation = mem$malloc(arena, sizeof(Rotation));
    if (!bug) arr$new(rotation->sizes, arena);
    arr$push(bugs::hide(rotation)->sizes, 1);  // BUG
  }
}
