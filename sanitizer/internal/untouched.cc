#include "cex/sanitizer/internal/untouched.h"

#ifdef CEX_TEST

namespace cex::detail {

bool is_on_stack([[maybe_unused]] const void* p) {
#ifdef CEX_DETAIL_ASAN
  char name[1];
  void* region = nullptr;
  size_t region_size = 0;
  const char* const kind =
      __asan_locate_address(const_cast<void*>(p), name, sizeof(name), &region, &region_size);
  return strcmp(kind, "stack") == 0;
#else
  return false;
#endif
}

}  // namespace cex::detail

#endif
