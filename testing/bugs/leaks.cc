// Memory of the heap that is not freed.
#include <string.h>

#include <thread>

#include "cex/arena.h"
#include "cex/hm.h"
#include "testing/bugs/program.h"

// The error path forgets what was taken before it.
static bool load(const char* text, bool bug) {
  char* buffer = mem$malloc(mem$, 100);  // BUG
  strcpy(buffer, text);
  if (buffer[0] != '{') {
    if (!bug) mem$free(mem$, buffer);
    return false;
  }
  mem$free(mem$, buffer);
  return true;
}

PROGRAM(leak_on_early_return) { bugs::use(load("not json", bug)); }  // FOUND

// Each turn of the loop allocates, the last one frees.
PROGRAM(leak_of_replaced_pointer) {  // FOUND
  char* line = nullptr;
  for (int i = 0; i < 3; ++i) {
    if (!bug) mem$free(mem$, line);
    line = mem$calloc(mem$, 1, 80);  // BUG
    bugs::use(line[0]);
  }
  mem$free(mem$, line);
}

// A worker's buffer, for which no one feels responsible.
PROGRAM(leak_in_thread) {  // FOUND
  std::thread worker([bug] {
    char* buffer = mem$calloc(mem$, 1, 1000);  // BUG
    bugs::use(buffer[0]);
    if (!bug) mem$free(mem$, buffer);
  });
  worker.join();
}

// An arena that is not destroyed.
PROGRAM(leak_of_arena) {                           // FOUND
  IAllocator arena = AllocatorArena.create(4096);  // BUG
  char* p = mem$malloc(arena, 10);
  bugs::use(p[0] = 'x');
  if (!bug) AllocatorArena.destroy(arena);
}

// A map is dropped as if it were a value.
PROGRAM(leak_of_map_with_own_keys) {                                   // FOUND
  hm$(const char*, int) ages = hm$new(ages, mem$, .copy_keys = true);  // BUG
  hm$set(ages, "ann", 41);
  if (bug) {
    ages = nullptr;
  } else {
    hm$free(ages);
  }
}
