/* The example of the header that C code includes. */
#include "cex/interface.h"

void example_in_c(IAllocator a);

void example_in_c(IAllocator a) {
#include "docs/site/examples/interface.inc"
}
