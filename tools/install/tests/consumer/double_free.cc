// A program with a mistake on line 10, if it is called with an argument.
#include <cstdio>

#include "cex/allocator.h"

int part();

[[gnu::noinline]] void free_twice(char* p, char* same) {
  mem$free(mem$, p);
  mem$free(mem$, same);
}

int main(int argc, char**) {
#ifdef WITH_PART
  if (part() != 0) return 1;
#endif
  char* p = mem$malloc(mem$, 10);
  if (argc > 1) free_twice(p, p);
  mem$free(mem$, p);
  std::printf("checks: %s\n", cex::kChecked ? "on" : "off");
}
