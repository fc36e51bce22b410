// Acting on what was never written: for MemorySanitizer and Valgrind.
#include "cex/arena.h"
#include "cex/tempmem.h"
#include "testing/negative_control/main.h"

volatile int sink = 0;

void decide_by(const char* p) {
  if (read(p) == 'x') sink = 1;
}

BUG(fine) {
  char local[16];
  write(local);
  decide_by(local);
  mem$arena(4096, arena) {
    char* p = mem$calloc(arena, 1, 10);
    decide_by(p);
  }
}

BUG(local) {
  char local[16];
  const char* volatile p = local;  // or the compiler would know
  decide_by(p + 3);
}

BUG(arena) {
  mem$arena(4096, arena) {
    char* p = mem$malloc(arena, 10);
    decide_by(p);
  }
}

// Where mem$ is checked; otherwise it is the C library's heap as it comes.
BUG(heap) {
  char* p = mem$malloc(mem$, 10);
  decide_by(p);
  mem$free(mem$, p);
}

BUG(after_rewind) {
  char* p = nullptr;
  mem$scope(tmem$, _) {
    p = mem$malloc(_, 10);
    memset(p, 'x', 10);
  }
  decide_by(p);
}
