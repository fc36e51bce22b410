// Sweeps in programs that use signals, and standard error, for ends of their own.
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cex/allocator.h"
#include "cex/oom_sweep.h"

namespace {

using ::cex::testing::sweep_out_of_memory;
using ::cex::testing::SweepFault;
using ::cex::testing::SweepFinding;
using ::cex::testing::SweepResult;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

bool correct(IAllocator a) {
  char* p = mem$malloc(a, 10);
  if (p == nullptr) return false;
  mem$free(a, p);
  return true;
}

class SweepSignalsTest : public ::testing::Test {
 protected:
  void TearDown() override {
    signal(SIGALRM, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
  }

  static void handle(int number, void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    sigaction(number, &action, nullptr);  // without SA_RESTART
  }

  static bool hang(IAllocator a) {
    while (mem$malloc(a, 10) != nullptr) usleep(1000);
    return false;
  }
};

TEST_F(SweepSignalsTest, TheTimeLimitHolds) {
  const auto hangs = [] {
    const SweepResult result = sweep_out_of_memory(hang, {.timeout_seconds = 1});
    return result.findings.size() == 1 &&
           strstr(result.text().c_str(), "within 1 second") != nullptr;
  };
  handle(SIGALRM, [](int) {});
  EXPECT_TRUE(hangs());
  handle(SIGALRM, SIG_IGN);
  EXPECT_TRUE(hangs());
  handle(SIGALRM, SIG_DFL);
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGALRM);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  EXPECT_TRUE(hangs());
  sigprocmask(SIG_SETMASK, &before, nullptr);
}

TEST_F(SweepSignalsTest, TheCallableMayHaveAlarmsOfItsOwn) {
  static volatile sig_atomic_t rang = 0;
  handle(SIGALRM, [](int) { rang = 1; });
  const SweepResult result = sweep_out_of_memory([](IAllocator a) {
    ualarm(1000, 0);
    while (rang == 0) usleep(100);
    return correct(a);
  });
  EXPECT_TRUE(result.ok()) << result.text();
}

TEST_F(SweepSignalsTest, AnAlarmOfTheCallablesOwnIsNotTheTimeLimit) {
  const SweepResult result = sweep_out_of_memory([](IAllocator) {
    ualarm(1000, 0);
    return pause() == 0;
  });
  EXPECT_THAT(result.findings, ElementsAre(Field(&SweepFinding::fault, SweepFault::kCrashed)));
  EXPECT_THAT(result.text(), HasSubstr("killed by signal 14"));
}

TEST_F(SweepSignalsTest, TheCallableMayWaitForAHandler) {
  static sem_t rang;
  sem_init(&rang, 0, 0);
  handle(SIGALRM, [](int) { sem_post(&rang); });
  const SweepResult result = sweep_out_of_memory([](IAllocator a) {
    ualarm(700'000, 0);
    while (sem_wait(&rang) != 0) {
    }
    return correct(a);
  });
  EXPECT_TRUE(result.ok()) << result.text();
}

TEST_F(SweepSignalsTest, WithoutTheStatusOfTheChildren) {
  handle(SIGCHLD, SIG_IGN);
  EXPECT_TRUE(sweep_out_of_memory(correct).ok());
  const SweepResult result = sweep_out_of_memory([](IAllocator) -> bool { abort(); });
  EXPECT_THAT(result.findings, ElementsAre(Field(&SweepFinding::fault, SweepFault::kCrashed)));
  EXPECT_THAT(result.text(), HasSubstr("ignores SIGCHLD"));
}

TEST_F(SweepSignalsTest, WorksWithoutStandardError) {
  const int kept = dup(STDERR_FILENO);
  close(STDERR_FILENO);
  const SweepResult result = sweep_out_of_memory(correct);
  dup2(kept, STDERR_FILENO);
  close(kept);
  EXPECT_TRUE(result.ok()) << result.text();
}

}  // namespace
