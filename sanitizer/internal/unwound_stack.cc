#include "cex/sanitizer/internal/unwound_stack.h"

#include <execinfo.h>
#include <string.h>

#include "cex/sanitizer/internal/return_address.h"

namespace cex::detail {

UnwoundStack unwind_from(const void* address) {
  constexpr int kMostBelow = 12;
  void* frames[UnwoundStack::kMaxFrames + kMostBelow];
  const int found = backtrace(frames, UnwoundStack::kMaxFrames + kMostBelow);
  const void* const from = code_address(address);
  int first = 0;
  while (first < found && frames[first] != from) ++first;
  if (first == found) first = 0;
  UnwoundStack stack;
  const int depth = found - first;
  stack.depth = depth < UnwoundStack::kMaxFrames ? depth : UnwoundStack::kMaxFrames;
  memcpy(stack.frames, frames + first, static_cast<size_t>(stack.depth) * sizeof(frames[0]));
  return stack;
}

}  // namespace cex::detail
