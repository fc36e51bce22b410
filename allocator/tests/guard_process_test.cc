// AllocatorGuard and processes: a child of fork() while other threads allocate, and the signal
// that a program dies of.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "cex/guard.h"

namespace {

// The child finds all locks free, whatever other threads were at.
TEST(GuardProcessTest, AChildOfForkMayAllocate) {
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

[[gnu::noinline]] char read_at(const char* p) { return *static_cast<const volatile char*>(p); }

// The program dies of the signal that it would have died of.
TEST(GuardProcessDeathTest, TheProgramDiesAsItWould) {
  signal(SIGSEGV, SIG_DFL);  // UBSan's runtime has a handler of its own
  const IAllocator guard = AllocatorGuard.create(mem$);
  char* p = mem$malloc(guard, 64);
  EXPECT_EXIT(read_at(p + 64), testing::KilledBySignal(SIGSEGV), "past the end of a block");
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const char* volatile nothing = reinterpret_cast<char*>(page);
  EXPECT_EXIT(read_at(nothing), testing::KilledBySignal(SIGSEGV), "^$");
  EXPECT_EXIT(raise(SIGSEGV), testing::KilledBySignal(SIGSEGV), "^$");
  EXPECT_EXIT(mem$free(guard, p + 1), testing::KilledBySignal(SIGABRT), "middle");
  mem$free(guard, p);
  AllocatorGuard.destroy(guard);
}

}  // namespace
