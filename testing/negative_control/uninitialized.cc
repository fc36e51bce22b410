// Acting on what was never written: for MemorySanitizer and Valgrind.
#include "cex/arena.h"
#include "cex/tempmem.h"
#include "testing/negative_control/main.h"

namespace negative_control {

volatile int sink = 0;

void decide_by(const char* p) {
  if (read(p) == 'x') sink = 1;
}

void fine() {
  char local[16];
  write(local);
  decide_by(local);
  mem$arena(4096, arena) {
    char* p = mem$calloc(arena, 1, 10);
    decide_by(p);
  }
}

void local() {
  char local[16];
  const char* volatile p = local;  // or the compiler would know
  decide_by(p + 3);
}

void arena() {
  mem$arena(4096, arena) {
    char* p = mem$malloc(arena, 10);
    decide_by(p);
  }
}

// Where mem$ is checked; otherwise it is the C library's heap as it comes.
void heap() {
  char* p = mem$malloc(mem$, 10);
  decide_by(p);
  mem$free(mem$, p);
}

void after_rewind() {
  char* p = nullptr;
  mem$scope(tmem$, _) {
    p = mem$malloc(_, 10);
    memset(p, 'x', 10);
  }
  decide_by(p);
}

}  // namespace negative_control

int main(int argc, char** argv) {
  using namespace negative_control;  // NOLINT(google-build-using-namespace): a list of it
  constexpr Bug kBugs[] = {
      {"fine", fine},
      {"local", local},
      {"arena", arena},
      {"heap", heap},
      {"after_rewind", after_rewind},
  };
  return run(kBugs, argc, argv);
}
