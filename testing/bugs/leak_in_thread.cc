// A worker's buffer, for which no one feels responsible.
#include <thread>

#include "testing/bugs/program.h"

PROGRAM(leak_in_thread) {  // FOUND
  std::thread worker([bug] {
    char* buffer = mem$calloc(mem$, 1, 1000);  // BUG
    bugs::use(buffer[0]);
    if (!bug) mem$free(mem$, buffer);
  });
  worker.join();
}
