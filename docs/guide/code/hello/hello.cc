#include <cstdio>

#include "cex/arena.h"
#include "greeting.h"

int main(int argc, char** argv) {
  mem$arena(4096, arena) {
    for (int i = 1; i < argc; ++i) {
      const char* text = make_greeting(arena, argv[i]);
      if (text == nullptr) return 1;
      puts(text);
    }
  }
  return 0;
}
