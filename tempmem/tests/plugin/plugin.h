// What the shared library of plugin_test.cc offers.
#ifndef CEX_TEMPMEM_TESTS_PLUGIN_PLUGIN_H_
#define CEX_TEMPMEM_TESTS_PLUGIN_PLUGIN_H_

#include "cex/interface.h"

#pragma GCC visibility push(default)
extern "C" {
// Uses its own tmem$, or mem$; whether that works.
bool plugin_use_temp();
bool plugin_use_heap();

// A copy in memory of `a`.
char* plugin_copy(IAllocator a, const char* text);

// Frees a block through its own mem$.
void plugin_free(void* p);

// `x` and `y` in memory of `a`, the program's, with scratch in a scope of that.
char* plugin_join(IAllocator a, const char* x, const char* y);
}
#pragma GCC visibility pop

#endif  // CEX_TEMPMEM_TESTS_PLUGIN_PLUGIN_H_
