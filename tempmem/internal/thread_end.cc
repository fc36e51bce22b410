#include "cex/tempmem/internal/thread_end.h"

#include <pthread.h>
#include <stdlib.h>

#include "cex/tempmem.h"

namespace cex::detail {
namespace {

pthread_key_t key;
pthread_once_t key_once = PTHREAD_ONCE_INIT;
bool has_key = false;

// A pthread key, because its destructors run after those of thread_local objects. Should
// one of a later round use tmem$ again, it is due again.
void make_key() {
  has_key = pthread_key_create(&key, [](void*) { temp_release(); }) == 0;
  atexit(temp_release);  // exit() ends the program without ending its thread
}

}  // namespace

void at_thread_end() {
  pthread_once(&key_once, make_key);
  if (has_key) pthread_setspecific(key, &key);
}

}  // namespace cex::detail
