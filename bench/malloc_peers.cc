#include "bench/malloc_peers.h"

#ifdef CEX_BENCH_HAS_MIMALLOC
#include <dlfcn.h>
#include <stdio.h>

namespace cex::bench {
namespace {

void* find(void* library, const char* name) {
  void* const function = library == nullptr ? nullptr : dlsym(library, name);
  if (function == nullptr) {
    fprintf(stderr, "malloc_peers: no %s: %s\n", name, dlerror());
    exit(1);
  }
  return function;
}

MimallocFunctions open() {
  void* const library = dlopen("libmimalloc.so", RTLD_NOW | RTLD_LOCAL);
  return {reinterpret_cast<void* (*)(size_t)>(find(library, "mi_malloc")),
          reinterpret_cast<void* (*)(void*, size_t)>(find(library, "mi_realloc")),
          reinterpret_cast<void (*)(void*)>(find(library, "mi_free"))};
}

}  // namespace

const MimallocFunctions mimalloc_functions = open();

}  // namespace cex::bench
#endif
