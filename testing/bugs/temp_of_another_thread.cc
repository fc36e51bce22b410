// tmem$ is passed to a thread, which has one of its own.
#include <thread>

#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(temp_of_another_thread) {
  mem$scope(tmem$, _) {
    const IAllocator mine = _;
    std::thread worker([mine, bug] {
      mem$scope(tmem$, own) {
        char* p = mem$malloc(bug ? mine : own, 10);  // BUG
        bugs::use(p);
      }
    });
    worker.join();
  }
}
