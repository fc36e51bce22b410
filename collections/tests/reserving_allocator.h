// Memory by the page from the kernel, of which only what is written to exists: for
// containers that are far larger than the machine.
#ifndef CEX_COLLECTIONS_TESTS_RESERVING_ALLOCATOR_H_
#define CEX_COLLECTIONS_TESTS_RESERVING_ALLOCATOR_H_

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "cex/allocator.h"

namespace cex {

class ReservingAllocator {
 public:
  ReservingAllocator()
      : interface_{do_malloc, do_calloc, do_realloc, do_free,
                   nullptr,   nullptr,   nullptr,    {0x7e57a110, false, false}} {}
  ReservingAllocator(const ReservingAllocator&) = delete;
  ReservingAllocator& operator=(const ReservingAllocator&) = delete;
  ~ReservingAllocator() {
    if (live_bytes_ == 0) return;
    fprintf(stderr, "ReservingAllocator: %zu bytes leaked\n", live_bytes_);
    abort();
  }

  operator IAllocator() const { return &interface_; }  // NOLINT(google-explicit-constructor)

  size_t live_bytes() const { return live_bytes_; }

 private:
  static constexpr size_t kPage = 4096;  // in front of each block, for its size

  static ReservingAllocator* self(IAllocator a) {
    return reinterpret_cast<ReservingAllocator*>(const_cast<Allocator_i*>(a));
  }
  static char* start_of(void* p) { return static_cast<char*>(p) - kPage; }
  static size_t& size_of(void* p) { return *reinterpret_cast<size_t*>(start_of(p)); }

  static void* note(IAllocator a, void* start, size_t size) {
    if (start == MAP_FAILED) return nullptr;
    void* const p = static_cast<char*>(start) + kPage;
    size_of(p) = size;
    self(a)->live_bytes_ += size;
    return p;
  }
  static void* do_malloc(IAllocator a, size_t size, size_t) {
    return note(a,
                mmap(nullptr, size + kPage, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
                size);
  }
  static void* do_calloc(IAllocator a, size_t count, size_t size, size_t align) {
    return do_malloc(a, count * size, align);
  }
  static void* do_realloc(IAllocator a, void* p, size_t size, size_t align) {
    if (p == nullptr) return do_malloc(a, size, align);
    const size_t old = size_of(p);
    void* const start = mremap(start_of(p), old + kPage, size + kPage, MREMAP_MAYMOVE);
    void* const moved = note(a, start, size);
    if (moved != nullptr) self(a)->live_bytes_ -= old;
    return moved;
  }
  static void* do_free(IAllocator a, void* p) {
    if (p == nullptr) return nullptr;
    const size_t size = size_of(p);
    self(a)->live_bytes_ -= size;
    munmap(start_of(p), size + kPage);
    return nullptr;
  }

  // First, so that the interface's address is the object's.
  Allocator_i interface_;
  size_t live_bytes_ = 0;
};

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_RESERVING_ALLOCATOR_H_
