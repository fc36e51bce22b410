// An object keeps the tmem$ of the function that made it. Another scope is open when it
// allocates, and tmem$ means that one by then.
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

namespace {
struct Writer {
  IAllocator a;
  char* line = nullptr;
};

Writer make_writer(IAllocator outer, bool bug) {
  mem$scope(tmem$, _) {
    return {bug ? _ : outer};
  }
}
}  // namespace

PROGRAM(object_with_ended_allocator) {
  mem$scope(tmem$, _) {
    Writer writer = make_writer(_, bug);
    mem$scope(tmem$, inner) {
      bugs::use(inner);
      writer.line = mem$malloc(writer.a, 80);  // BUG
      bugs::use(writer.line);
    }
  }
}
