// Where a thread is, by the tables that exceptions are unwound with: slower than
// stack_trace.h, but in need of no frame pointers, and through signal handlers.
#ifndef CEX_SANITIZER_INTERNAL_UNWOUND_STACK_H_
#define CEX_SANITIZER_INTERNAL_UNWOUND_STACK_H_

#include <stddef.h>

namespace cex::detail {

struct UnwoundStack {
  static constexpr int kMaxFrames = 24;

  int depth = 0;
  void* frames[kMaxFrames];  // return addresses, the innermost first
};

// The stack from the frame on that `address` lies in: a function's return address begins it
// with that function's caller, however much the compiler has inlined below, and the
// instruction that a signal interrupted with that. All of it where there is no such frame.
// Thread-safe. The first call may allocate; after it, a signal handler may call.
UnwoundStack unwind_from(const void* address);

// What one of its frames is called: by the program's symbols under CEX_TEST, and else by
// those that the dynamic linker knows, with what addr2line takes. Cut to `room` bytes.
void name_frame(void* frame, char* name, size_t room);

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_UNWOUND_STACK_H_
