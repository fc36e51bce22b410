// Windows, by mingw-w64, which has two ways to say that a thread ends: a key of its pthreads, and a
// fiber-local value, as the C library's own, whose callback runs while variables of a thread that
// pthreads did not start are still there.
#include <pthread.h>
#include <stdlib.h>

#include <windows.h>

#include "cex/tempmem.h"
#include "cex/tempmem/internal/thread_end.h"

namespace cex::detail {
namespace {

pthread_key_t key;
bool has_key = false;
DWORD fiber_key = FLS_OUT_OF_INDEXES;
INIT_ONCE fiber_key_once = INIT_ONCE_STATIC_INIT;
bool is_exiting = false;

void end_of_thread(void*) {
  if (is_exiting) return;  // with scopes open, perhaps
  if (fiber_key != FLS_OUT_OF_INDEXES) FlsSetValue(fiber_key, nullptr);
  temp_release();
  if (temp_stats().scope_depth != 0) temp_left_open();
}

// Or of a fiber, whose thread may go on: in a thread that has fibers it is left to the key.
void WINAPI end_of_fiber(void*) {
  if (!IsThreadAFiber()) end_of_thread(nullptr);
}

// Before main(), since keys end in the order in which they were made: g++ frees a thread's
// variables by one that is made when the first variable is used.
[[gnu::constructor(101)]] void make_key() {
  has_key = pthread_key_create(&key, end_of_thread) == 0;
}

BOOL WINAPI make_fiber_key(INIT_ONCE*, void*, void**) {
  fiber_key = FlsAlloc(end_of_fiber);
  // FreeLibrary() does not unload the library that this is part of: threads have yet to call it.
  HMODULE library = nullptr;
  GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<const char*>(&key), &library);
  atexit([] {
    is_exiting = true;
    temp_release();
  });
  return TRUE;
}

}  // namespace

void at_thread_end() {
  InitOnceExecuteOnce(&fiber_key_once, make_fiber_key, nullptr, nullptr);
  if (fiber_key != FLS_OUT_OF_INDEXES) FlsSetValue(fiber_key, &key);
  if (has_key) pthread_setspecific(key, &key);
}

}  // namespace cex::detail
