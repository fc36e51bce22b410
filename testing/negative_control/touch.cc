// Touching memory that is not one's own: for AddressSanitizer and Valgrind.
#include <stdlib.h>

#include "cex/arena.h"
#include "cex/tempmem.h"
#include "testing/negative_control/main.h"

namespace negative_control {

void fine() {
  char* p = static_cast<char*>(malloc(10));
  write(p + 9);
  free(p);
  mem$arena(4096, arena) {
    p = mem$malloc(arena, 10);
    write(p + 9);
    mem$scope(arena, _) {
      write(mem$malloc(_, 10));
    }
  }
  mem$scope(tmem$, _) {
    write(mem$malloc(_, 10));
  }
}

void heap_overflow() {
  char* p = static_cast<char*>(malloc(10));
  write(p + 10);
  free(p);
}

void arena_overflow() {
  mem$arena(4096, arena) {
    char* p = mem$malloc(arena, 10);
    write(p + 10);
  }
}

void arena_underflow() {
  mem$arena(4096, arena) {
    char* p = mem$malloc(arena, 10);
    write(p - 1);
  }
}

void freed_in_arena() {
  mem$arena(4096, arena) {
    char* p = mem$malloc(arena, 10);
    char* const stale = p;
    mem$free(arena, p);
    write(stale);
  }
}

void after_arena() {
  char* p = nullptr;
  mem$arena(4096, arena) {
    p = mem$malloc(arena, 10);
  }
  write(p);
}

void after_scope() {
  char* p = nullptr;
  mem$scope(tmem$, _) {
    p = mem$malloc(_, 10);
  }
  write(p);
}

void own_poison() {
  static char buffer[64];
  cex::poison(buffer, sizeof(buffer));
  write(buffer + 8);
}

void heap_after_free() {
  char* p = mem$malloc(mem$, 10);
  char* const stale = p;
  mem$free(mem$, p);
  write(stale);
}

void leak_of_scope_memory() {
  mem$scope(tmem$, _) {
    char** p = mem$malloc(_, sizeof(char*));
    *p = static_cast<char*>(malloc(10));
  }
}

void leak() {
  char* volatile p = static_cast<char*>(malloc(10));
  p = nullptr;
  (void)p;
}

}  // namespace negative_control

int main(int argc, char** argv) {
  using namespace negative_control;  // NOLINT(google-build-using-namespace): a list of it
  constexpr Bug kBugs[] = {
      {"fine", fine},
      {"heap_after_free", heap_after_free},
      {"heap_overflow", heap_overflow},
      {"leak_of_scope_memory", leak_of_scope_memory},
      {"arena_overflow", arena_overflow},
      {"arena_underflow", arena_underflow},
      {"freed_in_arena", freed_in_arena},
      {"after_arena", after_arena},
      {"after_scope", after_scope},
      {"own_poison", own_poison},
      {"leak", leak},
  };
  return run(kBugs, argc, argv);
}
