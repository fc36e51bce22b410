// Windows. A fiber-local value, as the C library's own: its callback runs when a thread ends, while
// variables of the thread are still there. (By mingw's pthread keys they are gone.)
#include <stdlib.h>

#include <windows.h>

#include "cex/tempmem.h"
#include "cex/tempmem/internal/thread_end.h"

namespace cex::detail {
namespace {

DWORD key = FLS_OUT_OF_INDEXES;
INIT_ONCE key_once = INIT_ONCE_STATIC_INIT;

void WINAPI end_of_thread(void*) {
  temp_release();
  if (temp_stats().scope_depth != 0) temp_left_open();
}

BOOL WINAPI make_key(INIT_ONCE*, void*, void**) {
  key = FlsAlloc(end_of_thread);
  atexit(temp_release);  // exit() ends the program without ending its thread
  return TRUE;
}

}  // namespace

void at_thread_end() {
  InitOnceExecuteOnce(&key_once, make_key, nullptr, nullptr);
  if (key != FLS_OUT_OF_INDEXES) FlsSetValue(key, &key);
}

}  // namespace cex::detail
