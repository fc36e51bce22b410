// No system: a microcontroller with a C library such as newlib, or only parts of one. What a
// program does not call the linker leaves out, so that it needs no heap unless it uses mem$.
#include <malloc.h>

#include "cex/sanitizer/internal/system.h"

namespace cex::detail {

static_assert(!kHasStandardError);
void write_error(const char*, size_t) {}

// The user's to give, in a map's options.
uint64_t random_bits() { return 0x9e3779b97f4a7c15; }

void advise_huge_pages(void*, size_t) {}

void* aligned_block(size_t size, size_t align) { return memalign(align, size); }

size_t usable_size(void* p) { return malloc_usable_size(p); }

}  // namespace cex::detail
