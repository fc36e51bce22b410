#include "cex/tempmem/internal/thread_end.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <link.h>
#endif

#include "cex/tempmem.h"

#ifdef __APPLE__
// What destroys thread_local objects.
extern "C" void _tlv_atexit(void (*destroy)(void*), void* object);
#else
// The library that this is part of, for what keeps it from being unmapped.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" [[gnu::visibility("hidden")]] void* __dso_handle;
#endif

namespace cex::detail {
namespace {

#ifdef __APPLE__
// A thread's variables are the value of a key there, which is freed before those of later keys.
constexpr bool kKeysEndLast = false;
void at_end_of_objects(void (*last)(void*)) { _tlv_atexit(last, nullptr); }
#else
constexpr bool kKeysEndLast = true;
void at_end_of_objects(void (*last)(void*)) {
  abi::__cxa_thread_atexit(last, nullptr, &__dso_handle);
}
#endif

pthread_key_t key;
pthread_once_t key_once = PTHREAD_ONCE_INIT;
bool has_key = false;
constinit thread_local int rounds = 0;           // in which scopes were open
constinit thread_local bool is_waiting = false;  // without a key

// Exit handlers of threads are called in rounds. In the last one ThreadSanitizer is gone.
constexpr int kLastRound = PTHREAD_DESTRUCTOR_ITERATIONS - 1;

void end_of_thread(void*) {
  temp_release();
  // A handler that comes later may end the scopes that are open.
  if (temp_stats().scope_depth == 0) return;
  if (++rounds < kLastRound) {
    pthread_setspecific(key, &key);
  } else {
    temp_left_open();
  }
}

void end_of_thread_without_key(void*) {
  is_waiting = false;
  temp_release();
}

#ifdef __GLIBC__
// They are not there in a program that is linked statically.
#pragma weak dlopen
#pragma weak dladdr1

// dlclose() does not unmap the library that this is part of: threads have yet to call it.
void stay_mapped() {
  Dl_info info;
  link_map* map = nullptr;
  if (&dlopen == nullptr || &dladdr1 == nullptr ||
      dladdr1(&key, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0) {
    return;
  }
  const bool is_program = map->l_name[0] == '\0';
  if (!is_program) dlopen(map->l_name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}
#else
void stay_mapped() {}
#endif

// A pthread key, because its destructors run after those of thread_local objects. Should
// one of a later round use tmem$ again, it is due again.
void make_key() {
  has_key = kKeysEndLast && pthread_key_create(&key, end_of_thread) == 0;
  stay_mapped();
  atexit(temp_release);  // exit() ends the program without ending its thread
}

}  // namespace

void at_thread_end() {
  pthread_once(&key_once, make_key);
  if (has_key && pthread_setspecific(key, &key) == 0) return;
  // No key is left: as a thread_local object, whose destructor is called again when it is due
  // again, but not after the exit handlers of others' keys.
  if (is_waiting) return;
  is_waiting = true;
  at_end_of_objects(end_of_thread_without_key);
}

}  // namespace cex::detail
