// The one file that holds stb_ds's functions.
#ifdef CEX_BENCH_HAS_STB
#define STB_DS_IMPLEMENTATION
#include "bench/stb_ds.h"
#endif
