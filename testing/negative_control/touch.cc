// Touching memory that is not one's own: for AddressSanitizer and Valgrind.
#include <stdlib.h>

#include "cex/arena.h"
#include "cex/tempmem.h"
#include "testing/negative_control/main.h"

BUG(fine) {
  char* p = static_cast<char*>(malloc(10));
  write(p + 9);
  free(p);
  mem$arena(4096, arena) {
    p = mem$malloc(arena, 10);
    write(p + 9);
    mem$scope(arena, _) {
      char* inner = mem$malloc(_, 10);
      write(inner);
      char* outer = mem$realloc(arena, p, 20);
      write(outer + 19);
      mem$scope(_, innermost) {
        write(mem$malloc(innermost, 10));
        mem$free(_, inner);
        mem$free(arena, outer);
      }
    }
  }
  mem$scope(tmem$, _) {
    write(mem$malloc(_, 10));
  }
}

BUG(heap_overflow) {
  char* p = static_cast<char*>(malloc(10));
  write(p + 10);
  free(p);
}

BUG(arena_overflow) {
  mem$arena(4096, arena) {
    char* p = mem$malloc(arena, 10);
    write(p + 10);
  }
}

BUG(arena_overflow_of_grown) {
  mem$arena(4096, arena) {
    char* p = mem$malloc(arena, 10'000);
    p = mem$realloc(arena, p, 20'000);
    write(p + 20'000);
  }
}

BUG(arena_underflow) {
  mem$arena(4096, arena) {
    char* p = mem$malloc(arena, 10);
    write(p - 1);
  }
}

BUG(freed_in_arena) {
  mem$arena(4096, arena) {
    char* p = mem$malloc(arena, 10);
    char* const stale = p;
    mem$free(arena, p);
    write(stale);
  }
}

BUG(after_arena) {
  char* p = nullptr;
  mem$arena(4096, arena) {
    p = mem$malloc(arena, 10);
  }
  write(p);
}

BUG(after_scope) {
  char* p = nullptr;
  mem$scope(tmem$, _) {
    p = mem$malloc(_, 10);
  }
  write(p);
}

BUG(own_poison) {
  static char buffer[64];
  cex::poison(buffer, sizeof(buffer));
  write(buffer + 8);
}

BUG(heap_after_free) {
  char* p = mem$malloc(mem$, 10);
  char* const stale = p;
  mem$free(mem$, p);
  write(stale);
}

BUG(leak_of_scope_memory) {
  mem$scope(tmem$, _) {
    char** p = mem$malloc(_, sizeof(char*));
    *p = static_cast<char*>(malloc(10));
  }
}

BUG(leak) {
  char* volatile p = static_cast<char*>(malloc(10));
  p = nullptr;
  (void)p;
}
