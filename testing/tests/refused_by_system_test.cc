// What is said where the system refuses the checks what they need for themselves.
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "cex/allocator.h"
#include "cex/oom_sweep.h"

namespace {

// The function that fails, of those below: only in a death test's child.
const char* refused = "";

// Calls what `name` would be if this program had none.
template <typename Result, typename... Arguments>
Result call(const char* name, int error, Result failed, Arguments... arguments) {
  if (strcmp(name, refused) == 0) {
    errno = error;
    return failed;
  }
  using Function = Result (*)(Arguments...);
  const auto next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
  return next(arguments...);
}

}  // namespace

// The linker takes a program's own functions before those of the C library.
extern "C" {
pid_t fork() { return call<pid_t>("fork", EAGAIN, -1); }

pid_t waitpid(pid_t child, int* status, int options) {
  return call<pid_t, pid_t, int*, int>("waitpid", EINVAL, -1, child, status, options);
}

int memfd_create(const char* name, unsigned flags) {
  return call<int, const char*, unsigned>("memfd_create", EMFILE, -1, name, flags);
}

void* mmap(void* at, size_t size, int protection, int flags, int file, off_t offset) {
  return call<void*, void*, size_t, int, int, int, off_t>("mmap", ENOMEM, MAP_FAILED, at, size,
                                                          protection, flags, file, offset);
}
}

namespace {

// The death of `statement` when `function` is refused, with the line it names.
#define EXPECT_REFUSED(statement, function, message) \
  EXPECT_DEATH(                                      \
      {                                              \
        refused = function;                          \
        statement;                                   \
      },                                             \
      "cex: testing/tests/refused_by_system_test.cc:" + std::to_string(__LINE__) + ": " message)

bool allocate(IAllocator a) {
  char* p = mem$malloc(a, 10);
  if (p == nullptr) return false;
  mem$free(a, p);
  return true;
}

TEST(RefusedBySystemDeathTest, ASweepsFilesAndProcesses) {
  const auto sweep = [](cex::Site site = cex::Site::current()) {
    static_cast<void>(cex::testing::sweep_out_of_memory(allocate, {}, site));
  };
  EXPECT_REFUSED(sweep(), "memfd_create", "out of memory sweep: memfd_create: Too many open files");
  EXPECT_REFUSED(sweep(), "mmap", "out of memory sweep: mmap: Cannot allocate memory");
  EXPECT_REFUSED(sweep(), "fork", "out of memory sweep: fork: Resource temporarily unavailable");
  EXPECT_REFUSED(sweep(), "waitpid", "out of memory sweep: waitpid: Invalid argument");
  EXPECT_TRUE(cex::testing::sweep_out_of_memory(allocate).ok());
}

// The blocks themselves come from what malloc has.
TEST(RefusedBySystemDeathTest, WhatTheChecksKeepOfTheHeapsBlocks) {
  const auto fill = [](cex::Site site = cex::Site::current()) {
    for (int i = 0; i < 100'000; ++i) static_cast<void>(cex::mem_malloc(mem$, 1, 1, site));
  };
  EXPECT_REFUSED(fill(), "mmap", "out of memory: none is left for what the checks keep of blocks");
}

}  // namespace
