// uthash with the warnings that its macros raise put aside.
#ifndef CEX_BENCH_UTHASH_H_
#define CEX_BENCH_UTHASH_H_

#pragma GCC system_header
#include <uthash.h>

#endif  // CEX_BENCH_UTHASH_H_
