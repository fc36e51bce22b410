// Children of fork() in a program whose other threads allocate all the time: each lock of cex is
// free in them.
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/fork_mutex.h"
#include "cex/tempmem.h"
#include "cex/testing.h"
#include "cex/trace.h"

namespace {

using cex::testing::FailingAllocator;
using cex::testing::LeakCheck;

constexpr int kChildren = 40;

// What all threads, and each child, do over and over. Each of these takes a lock.
struct Shared {
  FailingAllocator failing{mem$, {.every = 5}};
  cex::Trace trace{{.limit = size_t{1} << 20}};
  IAllocator traced = trace.wrap(mem$, "heap");
};

bool use(IAllocator a) {
  char* p = mem$malloc(a, 100);
  if (p == nullptr) return false;
  memset(p, 1, 100);
  char* q = mem$realloc(a, p, 200);
  mem$free(a, q != nullptr ? q : p);
  return true;
}

bool use_all(Shared& shared) {
  bool is_good = use(mem$) && use(shared.traced);
  (void)use(shared.failing.allocator());
  mem$scope(tmem$, _) is_good = is_good && use(_);
  mem$arena(4096, arena) {
    mem$scope(arena, _) is_good = is_good && use(_) && use(arena);
  }
  return is_good;
}

// Threads that call `work` until they are told to end.
class Threads {
 public:
  ~Threads() { end(); }
  void end() {
    is_over_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  void start(const std::function<void()>& work) {
    threads_.emplace_back([this, work] {
      while (!is_over_) work();
    });
  }

 private:
  std::atomic<bool> is_over_ = false;
  std::vector<std::thread> threads_;
};

// While other threads do all of it.
class BusyForkTest : public testing::Test {
 protected:
  BusyForkTest() {
    for (int i = 0; i < 2; ++i) {
      threads_.start([this] { (void)use_all(shared_); });
    }
    // The list of threads, the symbols, a trace that begins and ends.
    threads_.start([] {
      std::thread([] {
        mem$arena(4096, arena) (void)use(arena);
      }).join();
    });
    threads_.start([this] {
      (void)shared_.failing.describe_failure();
      cex::Trace trace;
      (void)use(trace.wrap(mem$, "heap"));
    });
  }

  Shared shared_;
  Threads threads_;
};

struct Ended {
  int status = 0;
  std::string said;
};

// Runs `child` in a child. One that hangs is killed by SIGALRM.
Ended run_in_child(const std::function<void()>& child) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    alarm(60);
    dup2(ends[1], STDERR_FILENO);
    child();
    _exit(0);
  }
  EXPECT_GT(pid, 0);
  close(ends[1]);
  Ended ended;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof(buffer))) > 0;) {
    ended.said.append(buffer, static_cast<size_t>(n));
  }
  close(ends[0]);
  EXPECT_EQ(waitpid(pid, &ended.status, 0), pid);
  return ended;
}

// A program's own handler, from before its first object was made, allocates while fork() begins.
std::atomic<int> prepared = 0;
[[gnu::constructor(102)]] void prepare_forks() {
  pthread_atfork([] { prepared += use(mem$); }, nullptr, nullptr);
}

TEST(ForkTest, AHandlerOfTheProgramAllocates) {
  const int before = prepared;
  alarm(60);
  EXPECT_EQ(run_in_child([] {}).status, 0);
  alarm(0);
  EXPECT_EQ(prepared, before + 1);
}

TEST(ForkTest, OneLockIsTakenForTheFirstTimeUnderAnother) {
  cex::detail::MemberForkMutex outer;
  cex::detail::MemberForkMutex inner(cex::detail::ForkMutex::Rank::kPages);
  std::atomic<bool> is_locked = false;
  std::thread thread([&] {
    const std::lock_guard lock(outer);
    is_locked = true;
    usleep(100'000);  // for fork() to wait for it
    const std::lock_guard another(inner);
  });
  while (!is_locked) std::this_thread::yield();
  alarm(60);
  EXPECT_EQ(run_in_child([] {}).status, 0);
  alarm(0);
  thread.join();
}

TEST_F(BusyForkTest, ChildrenAllocateAndCheck) {
  for (int i = 0; i < kChildren; ++i) {
    const Ended ended = run_in_child([this, i] {
      for (int round = 0; round < 5; ++round) {
        if (!use_all(shared_)) _exit(3);
      }
      LeakCheck check;
      if (!use(mem$) || check.leaks().any()) _exit(3);
      if (i % 8 != 0) check.dismiss();  // looks at all memory in quarantine, which takes long
    });
    ASSERT_EQ(ended.status, 0) << "child " << i << ": " << ended.said;
  }
}

TEST_F(BusyForkTest, ChildrenReport) {
  for (int i = 0; i < kChildren; ++i) {
    const Ended ended = run_in_child([this] {
      (void)use_all(shared_);
      cex::die(cex::Site::current(), "what a child has to say");
    });
    ASSERT_TRUE(WIFSIGNALED(ended.status));
    ASSERT_EQ(WTERMSIG(ended.status), SIGABRT) << "child " << i << ": " << ended.said;
    ASSERT_NE(ended.said.find("what a child has to say"), std::string::npos) << ended.said;
#ifdef CEX_TEST
    ASSERT_NE(ended.said.find("    #0 "), std::string::npos) << "no stack: " << ended.said;
#endif
  }
}

TEST_F(BusyForkTest, LeakOfAChildIsFound) {
  for (int i = 0; i < kChildren; ++i) {
    const Ended ended = run_in_child([] {
      LeakCheck check;
      void* volatile lost = mem$malloc(mem$, 77);
      (void)lost;
      check.check();
    });
    ASSERT_EQ(WIFSIGNALED(ended.status), EXPECT_CHECKED) << ended.said;
    ASSERT_EQ(ended.said.find("leak: 1 block, 77 bytes") != std::string::npos, EXPECT_CHECKED)
        << ended.said;
  }
}

// The other threads are not there in a child: what they used may be used, and new ones may
// get their stacks.
TEST(ForkTest, OtherThreadsAreGone) {
  const IAllocator arena = AllocatorArena.create(4096);
  AllocatorArena.hand_over(arena);
  std::atomic<int> used = 0;
  Threads threads;
  threads.start([&] {
    if (used == 0) (void)use(arena);
    used = 1;
    std::this_thread::yield();
  });
  for (int i = 0; i < 3; ++i) {
    threads.start([] {
      mem$arena(4096, own) (void)use(own);
    });
  }
  while (used == 0) std::this_thread::yield();
  for (int i = 0; i < kChildren; ++i) {
    const Ended ended = run_in_child([arena] {
      if (!use(arena)) _exit(3);
      for (int round = 0; round < 4; ++round) {
        Threads again;
        for (int t = 0; t < 4; ++t) {
          again.start([] {
            mem$arena(4096, own) (void)use(own);
          });
        }
      }
      AllocatorArena.destroy(arena);
    });
    ASSERT_EQ(ended.status, 0) << "child " << i << ": " << ended.said;
  }
  threads.end();
  AllocatorArena.destroy(arena);
}

using BusyForkDeathTest = BusyForkTest;

TEST_F(BusyForkDeathTest, FastDeathTests) {
  GTEST_FLAG_SET(death_test_style, "fast");
  for (int i = 0; i < kChildren; ++i) {
    EXPECT_DEATH(
        {
          alarm(60);
          (void)use_all(shared_);
          mem$scope(mem$, _) (void)_;
        },
        "cex: testing/tests/fork_test.cc:[0-9]+: mem.scope on an allocator without scopes");
  }
}

}  // namespace
