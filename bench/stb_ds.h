// stb_ds with the warnings that its macros raise put aside.
#ifndef CEX_BENCH_STB_DS_H_
#define CEX_BENCH_STB_DS_H_

#pragma GCC system_header
#include <stb/stb_ds.h>

#endif  // CEX_BENCH_STB_DS_H_
