#include "cex/arena/internal/living_threads.h"

#include <mutex>

namespace cex::detail {
namespace {

struct Thread;

std::mutex mutex;
uint64_t last_number = 0;
Thread* living = nullptr;

// A thread's entry in the list, in its own storage: nothing is allocated.
struct Thread {
  Thread() {
    const std::lock_guard lock(mutex);
    number = ++last_number;
    newer = nullptr;
    older = living;
    if (living != nullptr) living->newer = this;
    living = this;
  }
  ~Thread() {
    const std::lock_guard lock(mutex);
    (newer != nullptr ? newer->older : living) = older;
    if (older != nullptr) older->newer = newer;
  }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  uint64_t number;
  Thread* newer;
  Thread* older;
};

}  // namespace

uint64_t this_thread() {
  thread_local const Thread self;
  return self.number;
}

bool is_living(uint64_t thread) {
  const std::lock_guard lock(mutex);
  for (const Thread* t = living; t != nullptr; t = t->older) {
    if (t->number == thread) return true;
  }
  return false;
}

}  // namespace cex::detail
