// Whether memory lies on a thread's stack, where poison does not last, or lasts too long.
#ifndef CEX_SANITIZER_INTERNAL_STACK_MEMORY_H_
#define CEX_SANITIZER_INTERNAL_STACK_MEMORY_H_

#include "cex/sanitizer.h"

namespace cex::detail {

#ifdef CEX_DETAIL_ASAN

// Whether `p` lies on a stack, AddressSanitizer's own included: it lifts the poison of all of
// the stack when an exception is thrown, or a function called that does not return.
bool is_on_stack(const void* p);

// Whether `p` lies on the stack that the processor uses. Poison of ours would stay there when
// its function returns, and be held against the variables of the next one.
bool is_on_real_stack(const void* p);

// `p`, or, where it lies in the frame that AddressSanitizer keeps elsewhere for a function of
// this thread, where that function's frame is on the stack that the processor uses.
const void* place_on_real_stack(const void* p);

#else

constexpr bool is_on_stack(const void*) { return false; }
constexpr bool is_on_real_stack(const void*) { return false; }
constexpr const void* place_on_real_stack(const void* p) { return p; }

#endif

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_STACK_MEMORY_H_
