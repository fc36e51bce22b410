// Uses @cex//arena alone.
#include <cstdio>

#include "cex/arena.h"

namespace {

// Allocates, and says so: the caller decides from what.
const char* greeting(IAllocator a, const char* name) {
  char* const text = mem$malloc(a, 100);
  if (text == nullptr) return nullptr;
  std::snprintf(text, 100, "Hello, %s!", name);
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  mem$arena(4096, arena) {
    const char* const text = greeting(arena, argc > 1 ? argv[1] : "arena");
    if (text == nullptr) return 1;
    std::puts(text);
  }
}
