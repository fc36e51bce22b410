// A fiber, with a stack that lies above that of its thread, uses a scope of the thread.
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <gtest/gtest.h>

#include "cex/arena.h"

namespace {

constexpr size_t kStackBytes = size_t{1} << 18;
ucontext_t thread_context;
ucontext_t fiber_context;
IAllocator scratch;
bool has_allocated = false;

void run_fiber() { has_allocated = mem$malloc(scratch, 100) != nullptr; }

void* run_thread(void* fiber_stack) {
  mem$arena(4096, arena) {
    mem$scope(arena, inside) {
      scratch = inside;
      getcontext(&fiber_context);
      fiber_context.uc_stack.ss_sp = fiber_stack;
      fiber_context.uc_stack.ss_size = kStackBytes;
      fiber_context.uc_link = &thread_context;
      makecontext(&fiber_context, run_fiber, 0);
      swapcontext(&thread_context, &fiber_context);
    }
  }
  return nullptr;
}

TEST(FiberTest, UsesAScopeOfItsThread) {
  // Mapped before the thread's stack, below which new mappings go.
  void* const fiber_stack =
      mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(fiber_stack, MAP_FAILED);
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, nullptr, run_thread, fiber_stack), 0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  EXPECT_TRUE(has_allocated);
  munmap(fiber_stack, kStackBytes);
}

}  // namespace
