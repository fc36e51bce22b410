// The mallocs that are compared: each a type with
//
//   get(size)   resize(block, size)   put(block)
//
// In this program `malloc` itself stays the C library's, for all but those that
// call another by name; malloc_peers_test.cc proves it. How the others got names of
// their own: jemalloc and tcmalloc are archives in which //third_party/peers renamed all
// symbols; mimalloc, of which Debian has no archive, is a shared library that is opened
// without making its symbols known, and called through pointers, as the PLT would.
#ifndef CEX_BENCH_MALLOC_PEERS_H_
#define CEX_BENCH_MALLOC_PEERS_H_

#include <stddef.h>
#include <stdlib.h>

#ifdef CEX_BENCH_HAS_JEMALLOC
extern "C" void* jemalloc_malloc(size_t);
extern "C" void* jemalloc_realloc(void*, size_t);
extern "C" void jemalloc_free(void*);
#endif
#ifdef CEX_BENCH_HAS_TCMALLOC
extern "C" void* tcmalloc_malloc(size_t);
extern "C" void* tcmalloc_realloc(void*, size_t);
extern "C" void tcmalloc_free(void*);
#endif

namespace cex::bench {

struct LibcHeap {
  static constexpr const char* kName = "malloc_free";
  static void* get(size_t size) { return malloc(size); }
  static void* resize(void* block, size_t size) { return realloc(block, size); }
  static void put(void* block) { free(block); }
};

#ifdef CEX_BENCH_HAS_JEMALLOC
struct JemallocHeap {
  static constexpr const char* kName = "jemalloc";
  static void* get(size_t size) { return jemalloc_malloc(size); }
  static void* resize(void* block, size_t size) { return jemalloc_realloc(block, size); }
  static void put(void* block) { jemalloc_free(block); }
};
#endif

#ifdef CEX_BENCH_HAS_MIMALLOC
struct MimallocFunctions {
  void* (*malloc)(size_t);
  void* (*realloc)(void*, size_t);
  void (*free)(void*);
};
extern const MimallocFunctions mimalloc_functions;

struct MimallocHeap {
  static constexpr const char* kName = "mimalloc";
  static void* get(size_t size) { return mimalloc_functions.malloc(size); }
  static void* resize(void* block, size_t size) { return mimalloc_functions.realloc(block, size); }
  static void put(void* block) { mimalloc_functions.free(block); }
};
#endif

#ifdef CEX_BENCH_HAS_TCMALLOC
struct TcmallocHeap {
  static constexpr const char* kName = "tcmalloc";
  static void* get(size_t size) { return tcmalloc_malloc(size); }
  static void* resize(void* block, size_t size) { return tcmalloc_realloc(block, size); }
  static void put(void* block) { tcmalloc_free(block); }
};
#endif

// Calls f.template operator()<Heap>() for each.
template <typename F>
void for_each_malloc(F f) {
  f.template operator()<LibcHeap>();
#ifdef CEX_BENCH_HAS_JEMALLOC
  f.template operator()<JemallocHeap>();
#endif
#ifdef CEX_BENCH_HAS_MIMALLOC
  f.template operator()<MimallocHeap>();
#endif
#ifdef CEX_BENCH_HAS_TCMALLOC
  f.template operator()<TcmallocHeap>();
#endif
}

}  // namespace cex::bench

#endif  // CEX_BENCH_MALLOC_PEERS_H_
