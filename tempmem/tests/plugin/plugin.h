// What the shared library of plugin_test.cc offers.
#ifndef CEX_TEMPMEM_TESTS_PLUGIN_PLUGIN_H_
#define CEX_TEMPMEM_TESTS_PLUGIN_PLUGIN_H_

#include "cex/interface.h"

extern "C" {
// Uses its own tmem$, or mem$; whether that works.
bool plugin_use_temp();
bool plugin_use_heap();

// `x` and `y` in memory of `a`, the program's, with scratch in a scope of that.
char* plugin_join(IAllocator a, const char* x, const char* y);
}

#endif  // CEX_TEMPMEM_TESTS_PLUGIN_PLUGIN_H_
