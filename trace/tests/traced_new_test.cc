// The writers in a program whose operator new is traced, and so waits for the trace's lock.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <new>

#include "cex/trace.h"

namespace {

constexpr Allocator_i kLibc = {
    .malloc = [](IAllocator, size_t size, size_t) { return malloc(size); },
    .calloc = [](IAllocator, size_t n, size_t size, size_t) { return calloc(n, size); },
    .realloc = [](IAllocator, void* p, size_t size, size_t) { return realloc(p, size); },
    .free = [](IAllocator, void* p) -> void* {
      free(p);
      return nullptr;
    },
    .scope_enter = nullptr,
    .scope_exit = nullptr,
    .scope_depth = nullptr,
    .meta = {},
};
IAllocator heap = &kLibc;

TEST(TracedNewTest, IsWrittenMeanwhile) {
  cex::Trace trace;
  trace.set_uses_addr2line(false);
  heap = trace.wrap(&kLibc, "operator new, by a name that is too long for a small string");
  delete new int(3);
  EXPECT_TRUE(trace.write_chrome_json("/dev/null"));
  EXPECT_TRUE(trace.write_html("/dev/null"));
  EXPECT_GT(trace.totals(heap).allocations, 10u);
  heap = &kLibc;
}

}  // namespace

void* operator new(size_t size) {
  void* const p = heap->malloc(heap, size != 0 ? size : 1, 0);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}
void operator delete(void* p) noexcept { heap->free(heap, p); }
void operator delete(void* p, size_t) noexcept { heap->free(heap, p); }
