// One arena, a main thread and a worker.
#include <thread>

#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(arena_in_two_threads) {
  mem$arena(4096, arena) {
    char* mine = mem$malloc(arena, 10);
    bugs::use(mine);
    const IAllocator shared = arena;
    std::thread worker([shared, bug] {
      if (bug) {
        char* p = mem$malloc(shared, 10);  // BUG
        bugs::use(p);
      } else {
        mem$arena(4096, own) {
          char* p = mem$malloc(own, 10);
          bugs::use(p);
        }
      }
    });
    worker.join();
  }
}
