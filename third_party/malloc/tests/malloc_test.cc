// mem$ over the malloc that this program was linked with: it is the one that was asked
// for, in all its functions, and keeps what mem$ promises.
#include <dlfcn.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <string>
#include <vector>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/collections.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// The file of the library that the program's `function` comes from.
std::string library_of(const char* function) {
  void* const address = dlsym(RTLD_DEFAULT, function);
  Dl_info info;
  if (address == nullptr || dladdr(address, &info) == 0) return "nowhere";
  const char* const slash = strrchr(info.dli_fname, '/');
  return slash != nullptr ? slash + 1 : info.dli_fname;
}

// One function that came from elsewhere would free what it never gave.
TEST(Malloc, AllOfItIsTheOneThatWasAskedFor) {
  const std::string expected =
      std::string("lib") + (strcmp(CEX_TEST_MALLOC, "libc") == 0 ? "c." : CEX_TEST_MALLOC);
  for (const char* const function :
       {"malloc", "calloc", "realloc", "free", "posix_memalign", "malloc_usable_size"}) {
    EXPECT_EQ(library_of(function).substr(0, expected.size()), expected) << function;
  }
  // Negative control: the comparison tells libraries apart.
  EXPECT_NE(library_of("pthread_create").substr(0, 5), "libje");
  EXPECT_EQ(library_of("no_such_function"), "nowhere");
}

// What only the library itself can say: that a block of mem$ is one of its own.
TEST(Malloc, KnowsBlocksOfMem) {
  char* p = mem$malloc(mem$, 1000);
  ASSERT_NE(p, nullptr);
  int on_stack = 0;
  const std::string name = CEX_TEST_MALLOC;
  if (name == "mimalloc") {
    using IsInHeap = bool (*)(const void*);
    const auto is_in_heap = reinterpret_cast<IsInHeap>(dlsym(RTLD_DEFAULT, "mi_is_in_heap_region"));
    ASSERT_NE(is_in_heap, nullptr);
    EXPECT_TRUE(is_in_heap(p));
    EXPECT_FALSE(is_in_heap(&on_stack));
  } else if (name == "tcmalloc") {
    using Ownership = int (*)(const void*);
    const auto ownership =
        reinterpret_cast<Ownership>(dlsym(RTLD_DEFAULT, "MallocExtension_GetOwnership"));
    ASSERT_NE(ownership, nullptr);
    // Of the kinds unknown, owned and not owned.
    EXPECT_EQ(ownership(p), 1);
    EXPECT_NE(ownership(&on_stack), 1);
  } else if (name == "jemalloc") {
    using Control = int (*)(const char*, void*, size_t*, void*, size_t);
    const auto control = reinterpret_cast<Control>(dlsym(RTLD_DEFAULT, "mallctl"));
    ASSERT_NE(control, nullptr);
    // The thread's count of bytes goes up with a block of mem$.
    const auto allocated = [&] {
      uint64_t bytes = 0;
      size_t size = sizeof(bytes);
      EXPECT_EQ(control("thread.allocated", &bytes, &size, nullptr, 0), 0);
      return bytes;
    };
    const uint64_t before = allocated();
    char* more = mem$malloc(mem$, 5000);
    EXPECT_GE(allocated(), before + 5000);
    mem$free(mem$, more);
  }
  mem$free(mem$, p);
}

// Sizes below an alignment too: some mallocs align a block of 8 bytes to 8.
TEST(Malloc, EveryAlignmentHoldsForEverySize) {
  for (size_t align = 1; align <= 64; align *= 2) {
    for (size_t size = 1; size <= 300; size += size < 40 ? 1 : 37) {
      std::vector<char*> blocks;
      for (int i = 0; i < 8; ++i) {
        char* const p = mem$malloc(mem$, size, align);
        ASSERT_NE(p, nullptr);
        ASSERT_TRUE(mem$aligned_pointer(p, align)) << size << " bytes at " << align;
        memset(p, i, size);
        blocks.push_back(p);
        char* const zeroed = mem$calloc(mem$, 1, size, align);
        ASSERT_NE(zeroed, nullptr);
        ASSERT_TRUE(mem$aligned_pointer(zeroed, align)) << size << " bytes at " << align;
        ASSERT_EQ(zeroed[size - 1], 0);
        blocks.push_back(zeroed);
      }
      for (char*& p : blocks) mem$free(mem$, p);
    }
  }
}

TEST(Malloc, ReallocKeepsContentAndAlignment) {
  std::string content(4000000, '\0');
  for (size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i % 251);
  for (size_t align = 1; align <= 64; align *= 2) {
    char* p = mem$malloc(mem$, 1, align);
    p[0] = content[0];
    size_t filled = 1;
    // Small steps, large ones (which some mallocs remap), and back.
    for (const size_t size : std::initializer_list<size_t>{
             7,       8,     9,    40,  100, 1000, 5000, 70000, 1000000, 4000000,
             3000000, 60000, 4096, 300, 64,  33,   16,   8,     3,       2000}) {
      char* const moved = mem$realloc(mem$, p, size, align);
      ASSERT_NE(moved, nullptr);
      p = moved;
      ASSERT_TRUE(mem$aligned_pointer(p, align)) << size << " bytes at " << align;
      ASSERT_EQ(memcmp(p, content.data(), filled < size ? filled : size), 0) << size;
      memcpy(p, content.data(), size);
      filled = size;
    }
    mem$free(mem$, p);
  }
}

TEST(Malloc, RefusesWhatThereIsNoMemoryFor) {
  char* p = mem$malloc(mem$, 100);
  memset(p, 5, 100);
  char* const none = mem$realloc(mem$, p, static_cast<size_t>(PTRDIFF_MAX));
  EXPECT_EQ(none, nullptr);
  EXPECT_EQ(p[99], 5);
  char* const aligned = mem$malloc(mem$, static_cast<size_t>(PTRDIFF_MAX), 64);
  EXPECT_EQ(aligned, nullptr);
  mem$free(mem$, p);
}

TEST(Malloc, CarriesArenasAndCollections) {
  mem$arena(4096, a) {
    for (size_t i = 1; i < 200; ++i) {
      char* const p = mem$malloc(a, i * 100);
      memset(p, 1, i * 100);
    }
  }
  arr$(uint64_t) numbers = arr$new(numbers, mem$);
  for (uint64_t i = 0; i < 100000; ++i) arr$push(numbers, i);
  EXPECT_EQ(numbers[99999], 99999u);
  arr$free(numbers);
  hm$(const char*, int) m = hm$new(m, mem$, .copy_keys = true);
  for (int i = 0; i < 1000; ++i) hm$set(m, std::to_string(i).c_str(), i);
  EXPECT_EQ(hm$get(m, "999"), 999);
  hm$free(m);
}

}  // namespace
}  // namespace cex
