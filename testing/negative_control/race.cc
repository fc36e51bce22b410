// Threads without synchronization: for ThreadSanitizer.
#include <mutex>
#include <thread>

#include "cex/arena.h"
#include "cex/tempmem.h"
#include "testing/negative_control/main.h"

int counter = 0;
std::mutex mutex;

template <typename Work>
void in_two_threads(Work work) {
  std::thread one(work);
  std::thread two(work);
  one.join();
  two.join();
}

BUG(fine) {
  in_two_threads([] {
    const std::lock_guard lock(mutex);
    ++counter;
    char* p = mem$malloc(mem$, 10);
    mem$free(mem$, p);
    mem$scope(tmem$, _) {
      write(mem$malloc(_, 10));
    }
  });
}

BUG(race) {
  in_two_threads([] {
    for (int i = 0; i < 1000; ++i) *const_cast<volatile int*>(&counter) = i;
  });
}

// Without CEX_TEST nothing but ThreadSanitizer notices.
BUG(shared_arena) {
  IAllocator arena = AllocatorArena.create(4096);
  in_two_threads([arena] {
    for (int i = 0; i < 1000; ++i) write(mem$malloc(arena, 10));
  });
  AllocatorArena.destroy(arena);
}
