// Whose arena it is, when threads come and go.
#include <stdio.h>
#include <unistd.h>

#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/arena.h"

namespace {

// A is this thread; B was there and has ended; C uses what is A's.
TEST(ThreadOwnerDeathTest, AThreadThatEndedChangesNothingForTheOthers) {
  const IAllocator a = AllocatorArena.create(4096);
  ASSERT_NE(mem$malloc(a, 10), nullptr);
  std::thread([] {
    mem$arena(4096, other) EXPECT_NE(mem$malloc(other, 10), nullptr);
  }).join();
  EXPECT_REPORT(std::thread([a] { (void)mem$malloc(a, 10); }).join(), "an arena is used by two");
  EXPECT_NE(mem$malloc(a, 10), nullptr) << "it is A's still";
  AllocatorArena.destroy(a);
}

// A has ended and B lives: what was A's becomes C's, and what is B's does not. In the child as
// a whole, since fork() leaves the other threads behind.
void use_arenas_of_two_threads() {
  IAllocator of_a = nullptr;
  IAllocator of_b = nullptr;
  std::promise<void> made;
  std::thread([&] {
    of_b = AllocatorArena.create(4096);
    (void)mem$malloc(of_b, 10);
    made.set_value();
    for (;;) pause();
  }).detach();
  made.get_future().wait();
  std::thread([&] {
    of_a = AllocatorArena.create(4096);
    (void)mem$malloc(of_a, 10);
  }).join();
  (void)mem$malloc(of_a, 10);
  fputs("A's is C's\n", stderr);
  (void)mem$malloc(of_b, 10);
}

TEST(ThreadOwnerDeathTest, OnlyTheArenaOfAThreadThatEndedIsTaken) {
  EXPECT_DEATH(use_arenas_of_two_threads(), "^A's is C's\ncex: .*an arena is used by two threads");
}

// Opening a scope is a use, also where nothing is allocated.
TEST(ThreadOwnerDeathTest, OpeningAScopeIsAUse) {
  const IAllocator a = AllocatorArena.create(4096);
  mem$scope(a, _) {
  }
  const auto open = [a] { a->scope_exit(a->scope_enter(a)); };
  EXPECT_DEATH(std::thread(open).join(), "an arena is used by two threads");
  AllocatorArena.destroy(a);
}

}  // namespace
