#include "cex/sanitizer/internal/fork_mutex.h"

#ifdef _WIN32
#include <windows.h>
#endif

#include <type_traits>

namespace cex::detail {

static_assert(std::is_trivially_destructible_v<ForkMutex>, "it is used until the very end");

#ifdef _WIN32
namespace {
static_assert(sizeof(SRWLOCK) == sizeof(SystemMutex));
SRWLOCK* lock_of(SystemMutex* mutex) { return reinterpret_cast<SRWLOCK*>(mutex); }
}  // namespace

void SystemMutex::lock() { AcquireSRWLockExclusive(lock_of(this)); }
bool SystemMutex::try_lock() { return TryAcquireSRWLockExclusive(lock_of(this)) != 0; }
void SystemMutex::unlock() { ReleaseSRWLockExclusive(lock_of(this)); }
#else
void SystemMutex::lock() { pthread_mutex_lock(&mutex_); }
bool SystemMutex::try_lock() { return pthread_mutex_trylock(&mutex_) == 0; }
void SystemMutex::unlock() { pthread_mutex_unlock(&mutex_); }
#endif

namespace {

// All that were ever locked, in the order in which fork() takes them.
constinit SystemMutex list_mutex;
constinit ForkMutex* first = nullptr;

constinit std::atomic<bool> is_forking = false;
constinit thread_local int held = 0;  // by the calling thread

// Before main(), and with it most threads, and before the handlers of a program: what those of
// fork() do comes first then, and may allocate.
[[gnu::constructor(101)]] void register_early() { ForkMutex::register_handlers(); }

}  // namespace

void ForkMutex::register_handlers() {
#ifndef _WIN32
  // Once, where libraries share symbols, and each calls this function of the first one.
  static constinit bool has_handlers = false;
  if (!has_handlers)
    has_handlers = pthread_atfork(before_fork, after_fork, after_fork_in_child) == 0;
#endif
}

void ForkMutex::before_fork() {
  list_mutex.lock();
  is_forking.store(true, std::memory_order_relaxed);
  for (ForkMutex* m = first; m != nullptr; m = m->next_) m->mutex_.lock();
}

void ForkMutex::after_fork() {
  for (ForkMutex* m = first; m != nullptr; m = m->next_) m->mutex_.unlock();
  is_forking.store(false, std::memory_order_relaxed);
  list_mutex.unlock();
}

void ForkMutex::after_fork_in_child() {
  for (ForkMutex* m = first; m != nullptr; m = m->next_) {
    if (m->in_child_ != nullptr) m->in_child_();
  }
  after_fork();
}

void ForkMutex::lock() {
  if (!is_listed_.load(std::memory_order_acquire)) enlist();
  // Threads that lock all the time would keep fork() waiting.
  if (held == 0 && is_forking.load(std::memory_order_relaxed)) {
    const std::lock_guard wait_for_it(list_mutex);
  }
  mutex_.lock();
  ++held;
}

bool ForkMutex::try_lock() {
  if (!mutex_.try_lock()) return false;
  ++held;
  return true;
}

void ForkMutex::unlock() {
  --held;
  mutex_.unlock();
}

// Before it is locked for the first time, so that one which is not listed is free.
int ForkMutex::enlist() {
  const std::lock_guard lock(list_mutex);
  if (is_listed_.load(std::memory_order_relaxed)) return 0;
  ForkMutex** at = &first;
  while (*at != nullptr && (*at)->rank_ < rank_) at = &(*at)->next_;
  next_ = *at;
  *at = this;
  is_listed_.store(true, std::memory_order_release);
  return 0;
}

void ForkMutex::retire() {
  const std::lock_guard lock(list_mutex);
  if (!is_listed_.load(std::memory_order_relaxed)) return;
  ForkMutex** at = &first;
  while (*at != this) at = &(*at)->next_;
  *at = next_;
  is_listed_.store(false, std::memory_order_relaxed);
}

}  // namespace cex::detail
