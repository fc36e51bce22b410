// What is said where the checks have no memory to note that a thread uses an arena.
#include <dlfcn.h>
#include <stddef.h>

#include <thread>

#include <gtest/gtest.h>

#include "cex/arena.h"

namespace {

bool is_refused = false;

}  // namespace

// The linker takes a program's own functions before those of the C library.
extern "C" void* malloc(size_t size) {
  if (is_refused) return nullptr;
  using Malloc = void* (*)(size_t);
  static const auto next = reinterpret_cast<Malloc>(dlsym(RTLD_NEXT, "malloc"));
  return next(size);
}

namespace {

TEST(NoMemoryForThreadsDeathTest, IsSaidWithTheLineOfTheCall) {
  EXPECT_DEATH(std::thread([] {
                 const IAllocator arena = AllocatorArena.create(4096);
                 is_refused = true;
                 (void)mem$malloc(arena, 8);
               }).join(),
               "cex: testing/tests/no_memory_for_threads_test.cc:[0-9]+: out of memory: none is "
               "left for what the checks keep of threads");
}

}  // namespace
