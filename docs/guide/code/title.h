#ifndef TITLE_H_
#define TITLE_H_
#include "cex/interface.h"
#ifdef __cplusplus
extern "C" {
#endif
char* make_title(IAllocator a, const char* text);
#ifdef __cplusplus
}
#endif
#endif
