// An allocator of the tests' own: it counts, it fails when told to, it always moves
// a block that is resized, and it overwrites what is freed.
#ifndef CEX_COLLECTIONS_TESTS_TEST_ALLOCATOR_H_
#define CEX_COLLECTIONS_TESTS_TEST_ALLOCATOR_H_

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <new>

#include "cex/allocator.h"

namespace cex {

class TestAllocator {
 private:
  // First, so that the interface's address is the object's.
  Allocator_i interface_;
  size_t fail_at_ = 0;
  size_t fail_count_ = 0;

 public:
  size_t live_blocks = 0;
  size_t live_bytes = 0;
  size_t calls = 0;     // that may fail: malloc, calloc, realloc
  size_t failures = 0;  // of them

  TestAllocator()
      : interface_{do_malloc, do_calloc, do_realloc, do_free,
                   nullptr,   nullptr,   nullptr,    {0x7e57a110, false, false}} {}
  TestAllocator(const TestAllocator&) = delete;
  TestAllocator& operator=(const TestAllocator&) = delete;
  // Not with GoogleTest, which the fuzz targets do without.
  ~TestAllocator() {
    if (live_blocks == 0) return;
    fprintf(stderr, "TestAllocator: %zu blocks leaked, of %zu bytes\n", live_blocks, live_bytes);
    abort();
  }

  operator IAllocator() const { return &interface_; }  // NOLINT(google-explicit-constructor)

  // The call number, from now, that fails, and how many do from there on; 0 for none.
  void fail_at(size_t n, size_t count = 1) {
    calls = 0;
    fail_at_ = n;
    fail_count_ = count;
  }
  bool failed() const { return fail_at_ != 0 && calls >= fail_at_; }

 private:
  static constexpr size_t kFront = 64;
  static constexpr std::align_val_t kAlign{kFront};

  static TestAllocator* self(IAllocator a) {
    return reinterpret_cast<TestAllocator*>(const_cast<Allocator_i*>(a));
  }
  static size_t& size_of(void* p) {
    return *reinterpret_cast<size_t*>(static_cast<char*>(p) - kFront);
  }

  static void* do_malloc(IAllocator a, size_t size, size_t) {
    TestAllocator* const t = self(a);
    ++t->calls;
    // Unsigned: a fail_at_ of 0 or one that is still to come is far away.
    const bool told = t->fail_at_ != 0 && t->calls - t->fail_at_ < t->fail_count_;
    void* const block = told ? nullptr : ::operator new(kFront + size, kAlign, std::nothrow);
    if (block == nullptr) {
      ++t->failures;
      return nullptr;
    }
    void* const p = static_cast<char*>(block) + kFront;
    size_of(p) = size;
    memset(p, 0x7f, size);
    ++t->live_blocks;
    t->live_bytes += size;
    return p;
  }
  static void* do_calloc(IAllocator a, size_t count, size_t size, size_t align) {
    void* const p = do_malloc(a, count * size, align);
    if (p != nullptr) memset(p, 0, count * size);
    return p;
  }
  static void* do_realloc(IAllocator a, void* p, size_t size, size_t align) {
    void* const moved = do_malloc(a, size, align);
    if (moved == nullptr || p == nullptr) return moved;
    memcpy(moved, p, size_of(p) < size ? size_of(p) : size);
    do_free(a, p);
    return moved;
  }
  static void* do_free(IAllocator a, void* p) {
    if (p == nullptr) return nullptr;
    TestAllocator* const t = self(a);
    --t->live_blocks;
    t->live_bytes -= size_of(p);
    memset(p, 0xdd, size_of(p));
    ::operator delete(static_cast<char*>(p) - kFront, kAlign);
    return nullptr;
  }
};

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_TEST_ALLOCATOR_H_
