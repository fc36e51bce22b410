// Reports that name lines of a library which was unloaded since: the names of its files, which the
// compiler put into the library, are gone.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/guard.h"
#include "cex/hm.h"
#include "cex/sanitizer.h"
#include "cex/testing.h"
#include "cex/trace.h"

namespace {

using ::testing::HasSubstr;

// A file's name that is gone when the object is.
class LibrarysName {
 public:
  explicit LibrarysName(const char* name)
      : memory_(mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    EXPECT_NE(memory_, MAP_FAILED);
    strcpy(static_cast<char*>(memory_), name);
  }
  ~LibrarysName() { munmap(memory_, kBytes); }
  LibrarysName(const LibrarysName&) = delete;
  LibrarysName& operator=(const LibrarysName&) = delete;

  cex::Site line(int line) const { return {static_cast<const char*>(memory_), line}; }

 private:
  static constexpr size_t kBytes = 4096;
  void* memory_;
};

#ifdef CEX_TEST

TEST(UnloadedLibraryTest, Leak) {
  const cex::testing::LeakCheck check;
  char* p = nullptr;
  char* q = nullptr;
  {
    const LibrarysName library("first.cc");
    p = cex::mem_malloc(mem$, 10, 0, library.line(7));
    p = cex::mem_realloc(mem$, p, 100000, 0, library.line(8));
  }
  {
    // Another library's, most likely at the same address.
    const LibrarysName library("second.cc");
    q = cex::mem_malloc(mem$, 10, 0, library.line(7));
  }
  EXPECT_THAT(check.leaks().text, HasSubstr("allocated at first.cc:8\n"));
  EXPECT_THAT(check.leaks().text, HasSubstr("allocated at second.cc:7"));
  mem$free(mem$, p);
  mem$free(mem$, q);
}

TEST(UnloadedLibraryDeathTest, DoubleFree) {
  const auto free_twice = [] {
    char* alias = nullptr;
    {
      const LibrarysName library("library.cc");
      char* p = cex::mem_malloc(mem$, 10, 0, library.line(7));
      alias = p;
      cex::mem_free(mem$, p, library.line(8));
    }
    cex::mem_free(mem$, alias);
  };
  // AddressSanitizer and Valgrind report it themselves.
  if (cex::kChecker != cex::Checker::kPattern) GTEST_SKIP();
  EXPECT_DEATH(free_twice(), "allocated at library.cc:7, freed at library.cc:8");
}

// Opens and ends a scope on lines of a library, and uses its allocator then.
void use_ended(IAllocator a) {
  IAllocator ended = nullptr;
  {
    const LibrarysName library("library.cc");
    const cex::MemScope scope(a, library.line(7));
    ended = scope.allocator();
    // The end of a MemScope is on the line of its beginning.
  }
  (void)mem$malloc(ended, 10);
}

TEST(UnloadedLibraryDeathTest, EndedScope) {
  const char* const report = "opened at library.cc:7, ended at library.cc:7";
  mem$arena(4096, arena) {
    EXPECT_DEATH(use_ended(arena), report);
    IAllocator guard = AllocatorGuard.create(arena);
    EXPECT_DEATH(use_ended(guard), report);
    AllocatorGuard.destroy(guard);
    const cex::testing::FailingAllocator failing(arena);
    EXPECT_DEATH(use_ended(failing.allocator()), report);
  }
}

TEST(UnloadedLibraryDeathTest, Map) {
  char key[] = "ann";
  hm$(const char*, int) map = nullptr;
  {
    const LibrarysName library("library.cc");
    map = cex::Hm<const char*, int>::create(mem$, {}, library.line(7));
  }
  hm$set(map, key, 1);
  key[0] = 'A';
  EXPECT_DEATH((void)hm$get(map, "ann"), "the map was made at library.cc:7");
  key[0] = 'a';
  hm$free(map);
}

TEST(UnloadedLibraryTest, Trace) {
  cex::Trace trace;
  IAllocator heap = trace.wrap(mem$, "heap");
  {
    const LibrarysName library("library.cc");
    char* p = cex::mem_malloc(heap, 10, 0, library.line(7));
    mem$free(heap, p);
  }
  char* json = nullptr;
  size_t size = 0;
  FILE* const file = open_memstream(&json, &size);
  EXPECT_TRUE(trace.write_chrome_json(file));
  fclose(file);
  EXPECT_THAT(json, HasSubstr("library.cc:7"));
  free(json);
}

#endif

// In every build: the stacks of such a block are.
TEST(UnloadedLibraryDeathTest, GuardedBlock) {
  IAllocator guard = AllocatorGuard.create(mem$);
  char* p = nullptr;
  {
    const LibrarysName library("library.cc");
    p = cex::mem_malloc(guard, 10, 0, library.line(7));
  }
  char* alias = p;
  mem$free(guard, p);
  EXPECT_DEATH(cex::mem_free(guard, alias),
               cex::kChecked ? "10 bytes at .*, allocated at library.cc:7" : "10 bytes at ");
  AllocatorGuard.destroy(guard);
}

}  // namespace
