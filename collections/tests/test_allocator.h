// An allocator of the tests' own: it counts, it fails when told to, it always moves
// a block that is resized, and it overwrites what is freed.
#ifndef CEX_COLLECTIONS_TESTS_TEST_ALLOCATOR_H_
#define CEX_COLLECTIONS_TESTS_TEST_ALLOCATOR_H_

#include <stdlib.h>
#include <string.h>

#include "cex/allocator.h"
#include "gtest/gtest.h"

namespace cex {

class TestAllocator {
 private:
  // First, so that the interface's address is the object's.
  Allocator_i interface_;
  size_t fail_at_ = 0;

 public:
  size_t live_blocks = 0;
  size_t live_bytes = 0;
  size_t calls = 0;  // that may fail: malloc, calloc, realloc

  TestAllocator()
      : interface_{do_malloc, do_calloc, do_realloc, do_free,
                   nullptr,   nullptr,   nullptr,    {0x7e57a110, false, false}} {}
  TestAllocator(const TestAllocator&) = delete;
  TestAllocator& operator=(const TestAllocator&) = delete;
  ~TestAllocator() { EXPECT_EQ(live_blocks, 0u) << "leaked"; }

  operator IAllocator() const { return &interface_; }  // NOLINT(google-explicit-constructor)

  // The call number, from now, that fails; 0 for none. Others succeed.
  void fail_at(size_t n) {
    calls = 0;
    fail_at_ = n;
  }
  bool failed() const { return fail_at_ != 0 && calls >= fail_at_; }

 private:
  static constexpr size_t kFront = 64;

  static TestAllocator* self(IAllocator a) {
    return reinterpret_cast<TestAllocator*>(const_cast<Allocator_i*>(a));
  }
  static size_t& size_of(void* p) {
    return *reinterpret_cast<size_t*>(static_cast<char*>(p) - kFront);
  }

  static void* do_malloc(IAllocator a, size_t size, size_t) {
    TestAllocator* const t = self(a);
    if (++t->calls == t->fail_at_) return nullptr;
    void* const block = aligned_alloc(kFront, (kFront + size + kFront - 1) & ~(kFront - 1));
    if (block == nullptr) return nullptr;
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
    ::free(static_cast<char*>(p) - kFront);
    return nullptr;
  }
};

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_TEST_ALLOCATOR_H_
