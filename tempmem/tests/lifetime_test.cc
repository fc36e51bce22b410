// tmem$ before main(), after it, and while a thread ends.
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef _WIN32
#include <windows.h>
#endif

#include <atomic>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "cex/tempmem.h"

namespace {

bool works() {
  bool is_good = true;
  const size_t in_use = cex::temp_stats().bytes_in_use;
  mem$scope(tmem$, _) {
    char* p = mem$malloc(_, 1000);
    char* q = mem$calloc(_, 100, 5000);
    is_good = p != nullptr && q != nullptr;
    if (is_good) {
      memset(p, 1, 1000);
      memset(q, 2, 500'000);
      mem$scope(tmem$, _) {
        is_good = mem$malloc(_, 100) != nullptr && p[999] == 1;
      }
    }
  }
  return is_good && cex::temp_stats().bytes_in_use == in_use;
}

// Constructed before main(), destroyed after it: after whatever was registered at
// the first use of tmem$, since that came later than this object's constructor…
struct Global {
  bool worked_early = works();
  ~Global() { end_unless_good(works()); }
  static void end_unless_good(bool is_good) {
    if (is_good) return;
    fprintf(stderr, "tmem$ does not work after main()\n");
    _exit(1);
  }
} global;

// …and before it.
struct LateGlobal {
  ~LateGlobal() { Global::end_unless_good(works()); }
};

TEST(TempLifetimeTest, StaticConstructorsAndDestructors) {
  EXPECT_TRUE(global.worked_early);
  static LateGlobal late;
  EXPECT_TRUE(works());
  atexit([] { Global::end_unless_good(works()); });
}

std::atomic<int> worked = 0;

struct ThreadObject {
  int touched = 0;
  ~ThreadObject() { worked += works(); }
};
thread_local ThreadObject thread_object;

TEST(TempLifetimeTest, DestructorsOfThreadLocalObjects) {
  worked = 0;
  // One thread has used tmem$ before its exit, one has not.
  std::thread([] {
    thread_object.touched = 1;
    worked += works();
  }).join();
  EXPECT_EQ(worked, 2);
  std::thread([] { thread_object.touched = 1; }).join();
  EXPECT_EQ(worked, 3);
}

pthread_key_t early_key, late_key;

void on_exit_of_thread(void* value) {
  worked += works();
  // Once more in the next round, when tmem$ has been released before.
  int* const rounds = static_cast<int*>(value);
  if (--*rounds > 0) pthread_setspecific(early_key, rounds);
}

TEST(TempLifetimeTest, ExitHandlersOfThreads) {
  // Of the two keys at least one is handled after tmem$'s own, wherever that lies.
  ASSERT_EQ(pthread_key_create(&early_key, on_exit_of_thread), 0);
  ASSERT_TRUE(works());
  ASSERT_EQ(pthread_key_create(&late_key, [](void*) { worked += works(); }), 0);
  worked = 0;
  std::thread([] {
    static int rounds;
    rounds = 2;  // tmem$'s own key is due after it, and under TSan no code may run in round four
    pthread_setspecific(early_key, &rounds);
    pthread_setspecific(late_key, &worked);
    worked += works();
  }).join();
  EXPECT_EQ(worked, 1 + 2 + 1);
  pthread_key_delete(early_key);
  pthread_key_delete(late_key);
}

#ifdef _WIN32

// A fiber that ends is not the end of its thread.
TEST(TempLifetimeTest, FiberThatEnds) {
  std::thread([] {
    static void* thread;
    thread = ConvertThreadToFiber(nullptr);
    const auto use = [](void*) {
      works();
      SwitchToFiber(thread);
    };
    void* const fiber = CreateFiber(0, use, nullptr);
    SwitchToFiber(fiber);
    mem$scope(tmem$, _) {
      char* p = mem$malloc(_, 1000);
      ASSERT_NE(p, nullptr);
      DeleteFiber(fiber);
      EXPECT_EQ(cex::temp_stats().pages_live, 1u);
      memset(p, 1, 1000);
    }
  }).join();
}

#else  // there a thread's variables are gone before its last exit handler

// A scope that was opened before the thread's first page and ends after its last: the
// count of open scopes is right afterwards, and tmem$ works in the next scope.
void end_scope_in_second_round(void* value) {
  auto* const scope = static_cast<std::optional<cex::MemScope>*>(value);
  if (cex::temp_stats().pages_live != 0) {
    pthread_setspecific(early_key, scope);
    return;
  }
  worked += cex::temp_stats().scope_depth == 1;
  scope->reset();
  worked += cex::temp_stats().scope_depth == 0;
  worked += works();
}

TEST(TempLifetimeTest, ScopeThatEndsAfterThePagesAreGone) {
  ASSERT_EQ(pthread_key_create(&early_key, end_scope_in_second_round), 0);
  worked = 0;
  std::optional<cex::MemScope> scope;
  std::thread([&scope] {
    scope.emplace(tmem$);
    worked += mem$malloc(scope->allocator(), 100) != nullptr;
    pthread_setspecific(early_key, &scope);
  }).join();
  EXPECT_EQ(worked, 1 + 3);
  pthread_key_delete(early_key);
}

#endif
#ifdef __GLIBC__

// pthread_exit() inside a scope unwinds the stack, and its guard; elsewhere it jumps.
TEST(TempLifetimeTest, PthreadExitInsideAScope) {
  pthread_t thread;
  ASSERT_EQ(pthread_create(
                &thread, nullptr,
                [](void*) -> void* {
                  mem$scope(tmem$, _) {
                    if (mem$malloc(_, 500'000) != nullptr) pthread_exit(nullptr);
                  }
                  return nullptr;
                },
                nullptr),
            0);
  EXPECT_EQ(pthread_join(thread, nullptr), 0);
}

#endif

TEST(TempLifetimeDeathTest, ExitInsideAScope) {
  EXPECT_EXIT(
      mem$scope(tmem$, _) {
        char* p = mem$malloc(_, 100);
        if (p != nullptr) exit(7);
      },
      testing::ExitedWithCode(7), "");
}

}  // namespace
