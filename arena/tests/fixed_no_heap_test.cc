// AllocatorFixed never touches the heap: in this program, whoever asks the heap
// for memory while a flag is set ends it.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "cex/fixed.h"

namespace {

bool heap_is_forbidden = false;

void note_use() {
  if (!heap_is_forbidden) return;
  constexpr char kText[] = "the heap was used\n";
  (void)!write(STDERR_FILENO, kText, sizeof(kText) - 1);
  abort();
}

}  // namespace

// glibc's own functions under their other names. operator new and the rest end in
// these.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* p, size_t size);
void* __libc_memalign(size_t align, size_t size);
void __libc_free(void* p);

void* malloc(size_t size) {
  note_use();
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  note_use();
  return __libc_calloc(count, size);
}
void* realloc(void* p, size_t size) {
  note_use();
  return __libc_realloc(p, size);
}
void free(void* p) {
  note_use();
  __libc_free(p);
}
void* aligned_alloc(size_t align, size_t size) {
  note_use();
  return __libc_memalign(align, size);
}
int posix_memalign(void** p, size_t align, size_t size) {
  note_use();
  *p = __libc_memalign(align, size);
  return *p != nullptr ? 0 : ENOMEM;
}
}

namespace {

alignas(64) char buffer[65536];

TEST(FixedNoHeapDeathTest, TheFlagCatchesAUser) {
  EXPECT_DEATH(
      {
        heap_is_forbidden = true;
        char* volatile p = new char[10];
        p[0] = 1;
      },
      "the heap was used");
}

TEST(FixedNoHeapTest, EverythingWorksWithoutTheHeap) {
  bool is_good = true;
  // Under CEX_TEST a thread's first use of any allocator enters it into a list, and
  // the C++ runtime notes on the heap that it has to be taken out again.
  const IAllocator first = AllocatorFixed.create(buffer, sizeof(buffer));
  ASSERT_NE(mem$malloc(first, 1), nullptr);
  AllocatorFixed.destroy(first);
  heap_is_forbidden = true;
  {
    const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
    is_good = is_good && a != nullptr;
    for (size_t align = 1; align <= 64; align *= 2) {
      char* p = mem$malloc(a, 100, align);
      p = mem$realloc(a, p, 200, align);
      is_good = is_good && p != nullptr;
      char* q = mem$calloc(a, 10, 10, align);
      is_good = is_good && q != nullptr;
      mem$free(a, q);
      mem$free(a, p);
    }
    for (int i = 0; i < 100; ++i) {
      mem$scope(a, outer) {
        is_good = is_good && mem$malloc(outer, 10000) != nullptr;
        mem$scope(outer, inner) {
          is_good = is_good && mem$malloc(inner, 10000) != nullptr;
        }
        const IAllocator inner = a->scope_enter(a);
        is_good = is_good && mem$malloc(inner, 1'000'000) == nullptr;
        is_good = is_good && mem$malloc(outer, 1000) != nullptr;
        a->scope_exit(a);
      }
    }
    is_good = is_good && AllocatorFixed.owns(a, mem$malloc(a, 1).get());
    is_good = is_good && AllocatorFixed.stats(a).scopes_entered == 300;
    AllocatorFixed.destroy(a);
  }
  heap_is_forbidden = false;
  EXPECT_TRUE(is_good);
}

}  // namespace
