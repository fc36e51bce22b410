#include "cex/sanitizer/internal/stack_memory.h"

#ifdef CEX_DETAIL_ASAN

#include <string.h>

namespace cex::detail {

bool is_on_stack(const void* p) {
  char name[1];
  void* region = nullptr;
  size_t region_size = 0;
  const char* const kind =
      __asan_locate_address(const_cast<void*>(p), name, sizeof(name), &region, &region_size);
  return strcmp(kind, "stack") == 0;
}

bool is_on_real_stack(const void* p) { return is_on_stack(p) && place_on_real_stack(p) == p; }

const void* place_on_real_stack(const void* p) {
  void* const fake = __asan_get_current_fake_stack();
  if (fake == nullptr) return p;
  const void* const frame =
      __asan_addr_is_in_fake_stack(fake, const_cast<void*>(p), nullptr, nullptr);
  return frame != nullptr ? frame : p;
}

}  // namespace cex::detail

#endif
