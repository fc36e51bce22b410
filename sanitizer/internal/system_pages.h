// Pages of the operating system: addresses that are reserved, and given memory or not.
#ifndef CEX_SANITIZER_INTERNAL_SYSTEM_PAGES_H_
#define CEX_SANITIZER_INTERNAL_SYSTEM_PAGES_H_

#include <stddef.h>

namespace cex::detail {

// Bytes of a page, a power of two.
size_t page_bytes();

// `bytes` of addresses, a multiple of a page, that can't be touched and hold no memory; null
// where the system has none, or no virtual memory at all.
char* reserve_addresses(size_t bytes);
void release_addresses(char* p, size_t bytes);

// Lets reserved pages be read and written; they are zero. False where the system has no more
// mappings, or no memory.
bool allow_access(char* p, size_t bytes);

// Forbids it again, and drops what the pages hold. False where they stay as they were.
bool forbid_access(char* p, size_t bytes);

// `bytes` bytes of pages, which are zero; null where there is no memory.
void* map_pages(size_t bytes);
void unmap_pages(void* p, size_t bytes);

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_SYSTEM_PAGES_H_
