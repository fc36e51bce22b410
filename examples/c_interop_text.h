/* A C11 library that allocates through the interface; for C and C++. */
#ifndef CEX_EXAMPLES_C_INTEROP_TEXT_H_
#define CEX_EXAMPLES_C_INTEROP_TEXT_H_

#include "cex/interface.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `text` in upper case, in memory of `a`; NULL when there is none. */
char* text_upper(IAllocator a, const char* text);

/* The sum of `count` numbers; allocates nothing. */
long text_sum(const int* numbers, size_t count);

#ifdef __cplusplus
}
#endif

#endif /* CEX_EXAMPLES_C_INTEROP_TEXT_H_ */
