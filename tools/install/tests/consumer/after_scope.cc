// Reads memory of a scope that has ended, if it is called with an argument.
#include <cstdio>
#include <cstring>

#include "cex/arena.h"

int main(int argc, char**) {
  const char* stale = nullptr;
  mem$arena(4096, arena) {
    mem$scope(arena, _) {
      char* text = mem$malloc(_, 100);
      std::strcpy(text, "text");
      stale = text;
    }
    std::printf("asan: %s\n", mem$asan_enabled() ? "on" : "off");
    std::fflush(stdout);
    if (argc > 1) std::printf("%c\n", stale[0]);
  }
}
