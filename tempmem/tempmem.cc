#include "cex/tempmem.h"

#include <pthread.h>
#include <stdlib.h>

#include "cex/allocator/internal/checks.h"
#include "cex/allocator/internal/heap_checked.h"
#include "cex/report.h"

namespace cex {
namespace detail {
namespace {

constexpr Allocator_i make_interface();

// Frees the calling thread's pages when the thread ends. A pthread key, because
// its destructors run after those of thread_local objects, which may use tmem$;
// should one of a later round use it again, temp_release() is due again.
pthread_key_t key;
pthread_once_t key_once = PTHREAD_ONCE_INIT;
bool has_key = false;

void make_key() {
  has_key = pthread_key_create(&key, [](void*) { temp_release(); }) == 0;
  atexit(temp_release);  // exit() ends the program without ending its thread
}

#ifdef CEX_TEST
void check_is_own(IAllocator self) {
  if (self == &temp.base) return;
  die_here("tmem$ of another thread is used: each thread has its own, which is called tmem$ too");
}
#endif

// On the way to a thread's first page: see to it that it is freed.
void prepare() {
  if (temp.created != temp.freed) return;
  pthread_once(&key_once, make_key);
  if (has_key) pthread_setspecific(key, &temp);
}

void* temp_malloc(IAllocator self, size_t size, size_t align) {
  prepare();
  return bump_malloc_slow(self, size, align);
}

void* temp_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  prepare();
  return bump_calloc(self, count, size, align);
}

void* temp_realloc(IAllocator self, void* p, size_t size, size_t align) {
  prepare();
  return bump_realloc(self, p, size, align);
}

IAllocator temp_scope_enter(IAllocator self) {
  prepare();
  return bump_scope_enter(self);
}

constexpr Allocator_i make_interface() {
  return {
      temp_malloc,      temp_calloc,     temp_realloc,     bump_free,
      temp_scope_enter, bump_scope_exit, bump_scope_depth, {kBumpMagic, true, true},
  };
}

constexpr Bump make_temp() {
  Bump bump = make_bump(make_interface());
  // Its pages outlive test cases and are nobody's leak.
  bump.backing = &uncounted_heap;
  bump.page_bytes = kTempPageBytes;
  bump.reserve_limit = 1;
#ifdef CEX_TEST
  bump.check_thread = check_is_own;
#endif
  return bump;
}

}  // namespace

constinit thread_local Bump temp = make_temp();

void temp_verify(const char* when) { check_all(&temp, when); }

#ifdef CEX_TEST
void temp_take_damage(void (*found)(const char* text, void* context), void* context) {
  take_damage(&temp, "tmem$", found, context);
}
#endif

void temp_release() {
  // Scopes that are still open here were left by exit(), or end after the pages: the
  // count of them stays, so that their end finds it as it was. Those of the interface
  // lie in the pages.
  temp.open_scope = nullptr;
  close_blocks(&temp, 0);
  bump_clear(&temp);
  heap_release_uncounted();  // a thread leaves nothing behind
}

void temp_end_scopes() {
  set_depth(&temp, 0);
  temp_release();
}

}  // namespace detail

AllocatorStats temp_stats() { return detail::bump_stats(&detail::temp); }

}  // namespace cex
