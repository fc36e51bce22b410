#pragma once
#include "cex/allocator.h"

// "Hello, NAME!" in memory of `a`, or nullptr when there is none.
char* make_greeting(IAllocator a, const char* name);
