// AllocatorGuard in a child of fork(), while other threads allocate.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "cex/guard.h"

namespace {

// The child finds all locks free, whatever other threads were at.
TEST(GuardForkTest, AChildOfForkMayAllocate) {
  const IAllocator guard = AllocatorGuard.create(mem$);
  std::atomic<bool> is_done{false};
  std::thread other([&] {
    while (!is_done) {
      void* p = guard->malloc(guard, 16, 16);
      guard->free(guard, p);
    }
  });
  for (int i = 0; i < 50; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(20);
      char* p = static_cast<char*>(guard->malloc(guard, 16, 16));
      _exit(AllocatorGuard.owns(guard, p) ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    ASSERT_EQ(status, 0) << "round " << i;
  }
  is_done = true;
  other.join();
  AllocatorGuard.destroy(guard);
}

}  // namespace
