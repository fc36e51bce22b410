// What cex asks of the system that it runs on, in every build. One file per system has it, chosen
// by the platform: system_linux.cc, system_macos.cc, system_wasi.cc, system_windows.cc, and
// system_none.cc for programs without a system. What the checks of CEX_TEST and AllocatorGuard need
// besides is POSIX's. Thread ends are tempmem's: tempmem/internal/thread_end.h.
#ifndef CEX_SANITIZER_INTERNAL_SYSTEM_H_
#define CEX_SANITIZER_INTERNAL_SYSTEM_H_

#include <stddef.h>
#include <stdint.h>

namespace cex::detail {

// Whether there is a standard error. A program without it links no code for reports unless it
// calls cex::set_report_handler.
#if defined(__unix__) || defined(__APPLE__) || defined(_WIN32) || defined(__wasi__)
inline constexpr bool kHasStandardError = true;
#else
inline constexpr bool kHasStandardError = false;
#endif

// To standard error, all of it; what can't be written is lost. A signal handler may call it.
void write_error(const char* text, size_t size);

// Bits that differ between processes, from the system's random source or the next best; never 0.
// The same number always where there is no system.
uint64_t random_bits();

// Asks the system to back a block by huge pages, which is advice only. It is to be asked before
// the block is written to, since what has its pages already keeps them.
void advise_huge_pages(void* p, size_t bytes);

// `size` bytes at `align`, a power of two above the default, for the C library's free(); or null.
// Not on Windows, where there is no such thing: allocator/heap_windows.cc.
void* aligned_block(size_t size, size_t align);

// How many bytes a block of the C library has, at least those that were asked for.
size_t usable_size(void* p);

// To be called by a destructor of the program: has the exit that is under way call `last` after the
// destructors of all shared libraries. False where it can't: with another C library than glibc, and
// in a shared library, which may be on its way out of the process.
#ifdef __GLIBC__
bool call_after_libraries(void (*last)(void*));
#else
inline bool call_after_libraries(void (*)(void*)) { return false; }
#endif

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_SYSTEM_H_
