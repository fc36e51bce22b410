// An arena goes to a worker, which would end up inside the other thread's scope.
#include <thread>

#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(hand_over_in_scope) {
  const IAllocator arena = AllocatorArena.create(4096);
  const auto work = [arena] {
    char* p = mem$malloc(arena, 10);
    bugs::use(p);
    AllocatorArena.hand_over(arena);
  };
  mem$scope(arena, scratch) {
    if (bug) {
      AllocatorArena.hand_over(arena);  // BUG
      std::thread(work).join();
    }
  }
  if (!bug) {
    AllocatorArena.hand_over(arena);
    std::thread(work).join();
  }
  AllocatorArena.destroy(arena);
}
