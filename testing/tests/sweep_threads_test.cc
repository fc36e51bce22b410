// A sweep in a program with other threads, which its children don't have.
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cex/failing_allocator.h"
#include "cex/oom_sweep.h"

namespace {

using ::cex::testing::sweep_out_of_memory;
using ::cex::testing::SweepFault;
using ::cex::testing::SweepFinding;
using ::cex::testing::SweepResult;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

bool correct(IAllocator a) {
  char* p = mem$malloc(a, 10);
  if (p == nullptr) return false;
  char* q = mem$realloc(a, p, 100);
  if (q == nullptr) {
    mem$free(a, p);
    return false;
  }
  mem$free(a, q);
  return true;
}

auto crash_of_first_run() {
  return AllOf(Field(&SweepFinding::fault, SweepFault::kCrashed),
               Field(&SweepFinding::allocation, 0u));
}

// Other threads that allocate all the time.
class BusyThreads {
 public:
  explicit BusyThreads(IAllocator a) {
    for (std::thread& thread : threads_) {
      thread = std::thread([this, a] {
        while (!is_over_) (void)correct(a);
      });
    }
  }
  ~BusyThreads() {
    is_over_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::atomic<bool> is_over_ = false;
  std::thread threads_[2];
};

TEST(SweepThreadsTest, OthersMayAllocate) {
  cex::testing::FailingAllocator shared(mem$);
  for (const IAllocator a : {mem$, shared.allocator()}) {
    const BusyThreads busy(a);
    for (int i = 0; i < 3; ++i) {
      const SweepResult result =
          sweep_out_of_memory([a](IAllocator failing) { return correct(a) && correct(failing); });
      ASSERT_TRUE(result.ok()) << result.text();
      ASSERT_EQ(result.runs, 2u);
    }
  }
}

// The time limit is the default one.
TEST(SweepThreadsTest, SaysThatItWaitsForAThread) {
  std::mutex mutex;
  std::condition_variable changed;
  int asked = 0;
  int done = 0;
  bool is_over = false;
  std::thread worker([&] {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return is_over || done != asked; });
      if (is_over) return;
      done = asked;
      changed.notify_all();
    }
  });
  const auto ask = [&](IAllocator a) {
    if (!correct(a)) return false;
    std::unique_lock lock(mutex);
    ++asked;
    changed.notify_all();
    changed.wait(lock, [&] { return done == asked; });
    return true;
  };
  const SweepResult forked = sweep_out_of_memory(ask);
  ASSERT_THAT(forked.findings, ElementsAre(crash_of_first_run()));
  EXPECT_THAT(forked.findings[0].text,
              AllOf(HasSubstr("waits for ever, for a lock or for another thread\n"),
                    HasSubstr("use .fork = false")));
  const SweepResult result = sweep_out_of_memory(ask, {.fork = false});
  EXPECT_TRUE(result.ok()) << result.text();
  {
    const std::lock_guard lock(mutex);
    is_over = true;
    changed.notify_all();
  }
  worker.join();
}

// The atomics of libc++ poll while they wait, so a thread that waits for one is not stuck.
#ifndef _LIBCPP_VERSION
TEST(SweepThreadsTest, SaysThatItWaitsForAnAtomic) {
  std::atomic<int> is_over = 0;
  std::atomic<int> answer = 0;
  std::thread other([&] {
    is_over.wait(0);
    answer = 1;
  });
  const SweepResult result = sweep_out_of_memory([&answer](IAllocator) {
    answer.wait(0);
    return true;
  });
  ASSERT_THAT(result.findings, ElementsAre(crash_of_first_run()));
  EXPECT_THAT(result.findings[0].text, HasSubstr("waits for ever"));
  is_over = 1;
  is_over.notify_all();
  other.join();
}

SweepResult sweep_that_waits() {
  static std::atomic<int> answer = 0;
  const auto waits = [](IAllocator) {
    answer.wait(0);
    return true;
  };
  return sweep_out_of_memory(waits, {.timeout_seconds = 2});
}

// A profiler's timer, for one, interrupts the waiting.
TEST(SweepThreadsTest, SaysThatItWaitsWhileSignalsCome) {
  struct sigaction action = {};
  action.sa_handler = [](int) {};
  sigaction(SIGALRM, &action, nullptr);
  itimerval often = {};
  often.it_interval.tv_usec = often.it_value.tv_usec = 10'000;
  setitimer(ITIMER_REAL, &often, nullptr);
  const SweepResult result = sweep_that_waits();
  often = {};
  setitimer(ITIMER_REAL, &often, nullptr);
  signal(SIGALRM, SIG_DFL);
  ASSERT_THAT(result.findings, ElementsAre(crash_of_first_run()));
  EXPECT_THAT(result.findings[0].text, HasSubstr("waits for ever"));
}

// At the time limit, where a handler might have ended the wait.
TEST(SweepThreadsTest, SaysThatItWaitsForNoHandler) {
  struct sigaction action = {};
  action.sa_handler = [](int) {};
  sigaction(SIGCHLD, &action, nullptr);
  const SweepResult result = sweep_that_waits();
  signal(SIGCHLD, SIG_DFL);
  ASSERT_THAT(result.findings, ElementsAre(crash_of_first_run()));
  EXPECT_THAT(result.findings[0].text, HasSubstr("waits for ever"));
}

#endif  // _LIBCPP_VERSION

// Not for a thread that the callable has itself.
TEST(SweepThreadsTest, WaitsForTheCallablesOwnThreads) {
  const SweepResult result = sweep_out_of_memory([](IAllocator) {
    std::thread([] { usleep(1'000'000); }).join();
    return true;
  });
  EXPECT_TRUE(result.ok()) << result.text();
}

}  // namespace
