#include "cex/sanitizer/internal/system_pages.h"

#if __has_include(<sys/mman.h>) && !defined(__wasm__)
#define CEX_DETAIL_HAS_VIRTUAL_MEMORY
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#elif defined(_WIN32)
#include <windows.h>
#endif

namespace cex::detail {

#ifdef CEX_DETAIL_HAS_VIRTUAL_MEMORY

size_t page_bytes() {
  // Without a guard, which programs that are linked with a C compiler do not have.
  constinit static std::atomic<size_t> bytes{0};
  if (bytes.load(std::memory_order_relaxed) == 0) {
    bytes.store(static_cast<size_t>(sysconf(_SC_PAGESIZE)), std::memory_order_relaxed);
  }
  return bytes.load(std::memory_order_relaxed);
}

char* reserve_addresses(size_t bytes) {
  void* const p =
      mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p != MAP_FAILED ? static_cast<char*>(p) : nullptr;
}

void release_addresses(char* p, size_t bytes) { munmap(p, bytes); }

bool allow_access(char* p, size_t bytes) { return mprotect(p, bytes, PROT_READ | PROT_WRITE) == 0; }

bool forbid_access(char* p, size_t bytes) {
  // New pages in place of the old ones, in one step; locked memory goes by no other way.
  return mmap(p, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
              0) != MAP_FAILED;
}

void* map_pages(size_t bytes) {
  void* const p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return p != MAP_FAILED ? p : nullptr;
}

void unmap_pages(void* p, size_t bytes) { munmap(p, bytes); }

#else

#ifdef _WIN32
void* map_pages(size_t bytes) {
  return VirtualAlloc(nullptr, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}
void unmap_pages(void* p, size_t) { VirtualFree(p, 0, MEM_RELEASE); }
#else
void* map_pages(size_t) { return nullptr; }
void unmap_pages(void*, size_t) {}
#endif

size_t page_bytes() { return 4096; }
char* reserve_addresses(size_t) { return nullptr; }
void release_addresses(char*, size_t) {}
bool allow_access(char*, size_t) { return false; }
bool forbid_access(char*, size_t) { return false; }

#endif

}  // namespace cex::detail
