// The writers, when the C++ heap fails each of their allocations in turn.
#include <errno.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <new>

#include "cex/trace.h"

namespace {

long until_failure = -1;  // allocations; negative: none fails
long live = 0;            // blocks

// The first one that is free.
int next_descriptor() {
  const int descriptor = dup(STDOUT_FILENO);
  close(descriptor);
  return descriptor;
}

// Returns how many allocations failed until there was enough memory.
template <typename Write>
long failures_of(Write write) {
  const int descriptor = next_descriptor();
  for (long failures = 0;; ++failures) {
    const long before = live;
    until_failure = failures;
    errno = 0;
    const bool written = write();
    until_failure = -1;
    EXPECT_EQ(live, before) << failures;
    EXPECT_EQ(next_descriptor(), descriptor) << failures;
    if (written) return failures;
    EXPECT_EQ(errno, ENOMEM) << failures;
  }
}

TEST(NoMemoryToWriteTest, IsAnErrorLikeAnyOther) {
  cex::Trace trace;
  const IAllocator a = trace.wrap(mem$, "heap");
  void* p = mem$malloc(a, 10);
  mem$free(a, p);
  EXPECT_GT(failures_of([&] { return trace.write_html("/dev/null"); }), 10);
  EXPECT_GT(failures_of([&] { return trace.write_chrome_json("/dev/null"); }), 10);
}

}  // namespace

void* operator new(size_t size) {
  void* const p = until_failure-- == 0 ? nullptr : malloc(size != 0 ? size : 1);
  if (p == nullptr) throw std::bad_alloc();
  ++live;
  return p;
}
void operator delete(void* p) noexcept {
  live -= p != nullptr;
  free(p);
}
void operator delete(void* p, size_t) noexcept { operator delete(p); }
