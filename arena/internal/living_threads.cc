#include "cex/arena/internal/living_threads.h"

#include <pthread.h>
#include <stdlib.h>
#ifdef _WIN32
#include <windows.h>
#endif

#include <mutex>
#include <new>

#include "cex/report.h"
#include "cex/sanitizer/internal/fork_mutex.h"

namespace cex::detail {
namespace {

struct Thread;

void keep_only_this_thread();

constinit ForkMutex mutex{ForkMutex::Rank::kThreads, keep_only_this_thread};
uint64_t last_number = 0;
Thread* living = nullptr;
constinit thread_local Thread* mine = nullptr;  // null: not in the list

[[noreturn]] void die_without_memory() {
  die_here("out of memory: none is left for what the checks keep of threads");
}

// A thread's entry in the list, in its own storage: nothing is allocated.
struct Thread {
  Thread() {
    const std::lock_guard lock(mutex);
    number = ++last_number;
    newer = nullptr;
    older = living;
    if (living != nullptr) living->newer = this;
    living = mine = this;
  }
  ~Thread() {
    const std::lock_guard lock(mutex);
    (newer != nullptr ? newer->older : living) = older;
    if (older != nullptr) older->newer = newer;
    mine = nullptr;
  }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  uint64_t number;
  Thread* newer;
  Thread* older;
};

// A child of fork() has no other thread, and their storage is used again.
void keep_only_this_thread() {
  living = mine;
  if (mine != nullptr) mine->newer = mine->older = nullptr;
}

}  // namespace

#ifdef _WIN32

namespace {

// g++ has a thread's variables destroyed after they are freed. Both by keys, which end in the order
// in which they were made: hence before main().
pthread_key_t key;
bool has_key = false;
[[gnu::constructor(101)]] void make_key() {
  const auto end = [](void* thread) { static_cast<Thread*>(thread)->~Thread(); };
  has_key = pthread_key_create(&key, end) == 0;
}

}  // namespace

uint64_t this_thread() {
  alignas(Thread) thread_local char self[sizeof(Thread)];
  if (mine == nullptr) {
    if (!has_key || pthread_setspecific(key, self) != 0) die_without_memory();
    ::new (self) Thread;
    // The library that this is part of stays, for the thread to call it.
    HMODULE library = nullptr;
    GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                       reinterpret_cast<const char*>(&key), &library);
  }
  return mine->number;
}

#else

uint64_t this_thread() {
  if (mine == nullptr) {
    // The C library allocates to have the object destroyed, and has words of its own where it
    // can't.
    void* const p = malloc(128);
    if (p == nullptr) die_without_memory();
    free(p);
  }
  thread_local const Thread self;
  return self.number;
}

#endif

bool is_living(uint64_t thread) {
  const std::lock_guard lock(mutex);
  for (const Thread* t = living; t != nullptr; t = t->older) {
    if (t->number == thread) return true;
  }
  return false;
}

bool is_on_this_stack(const void* p) {
#ifdef _WIN32
  const auto* const block = reinterpret_cast<const NT_TIB*>(NtCurrentTeb());
  return p >= block->StackLimit && p < block->StackBase;
#elif defined(__APPLE__)
  const auto* const end = static_cast<const char*>(pthread_get_stackaddr_np(pthread_self()));
  return p < end && p >= end - pthread_get_stacksize_np(pthread_self());
#else
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return false;
  void* begin = nullptr;
  size_t size = 0;
  pthread_attr_getstack(&attributes, &begin, &size);
  pthread_attr_destroy(&attributes);
  return p >= begin && p < static_cast<char*>(begin) + size;
#endif
}

}  // namespace cex::detail
