// A shared library with a cex of its own, which plugin_test.cc loads.
#include "tempmem/tests/plugin/plugin.h"

#include <string.h>

#include "cex/arena.h"
#include "cex/tempmem.h"

bool plugin_use_temp() {
  bool is_good = false;
  mem$scope(tmem$, _) {
    char* p = mem$malloc(_, 10'000);
    is_good = p != nullptr && cex::temp_stats().scope_depth == 1;
    if (p != nullptr) memset(p, 1, 10'000);
    mem$scope(tmem$, inner) is_good = is_good && mem$malloc(inner, 500'000) != nullptr;
  }
  return is_good && cex::temp_stats().scope_depth == 0;
}

bool plugin_use_heap() {
  char* p = mem$malloc(mem$, 100);
  if (p == nullptr) return false;
  memset(p, 1, 100);
  mem$free(mem$, p);
  return true;
}

char* plugin_copy(IAllocator a, const char* text) {
  char* copy = mem$malloc(a, strlen(text) + 1);
  return copy != nullptr ? strcpy(copy, text) : nullptr;
}

void plugin_free(void* p) { mem$free(mem$, p); }

char* plugin_join(IAllocator a, const char* x, const char* y) {
  char* text = nullptr;
  mem$scope(a, _) {
    char* scratch = mem$malloc(_, strlen(x) + strlen(y) + 1);
    if (scratch == nullptr) return nullptr;
    strcpy(scratch, x);
    strcat(scratch, y);
    text = mem$malloc(a, strlen(scratch) + 1);
    if (text != nullptr) strcpy(text, scratch);
  }
  return text;
}
