// Where a thread is: captured cheaply, turned into names only when printed.
#ifndef CEX_SANITIZER_INTERNAL_STACK_TRACE_H_
#define CEX_SANITIZER_INTERNAL_STACK_TRACE_H_

#include <stddef.h>

namespace cex::detail {

inline constexpr int kMaxFrames = 40;

// Return addresses, the innermost first. Plain data, so that a forked child can
// hand one to its parent, which has the same code at the same addresses.
struct StackTrace {
  int depth = 0;
  int interrupted = -1;  // the frame that a signal interrupted: its address is no return address
  void* frames[kMaxFrames] = {};
};

// The caller's stack without its innermost `skip` frames; 0 begins with the
// caller itself. Allocates nothing. Thread-safe; a signal handler may call it.
StackTrace capture_stack(int skip);

// The stack from the frame that `address` lies in: a function's own
// __builtin_return_address(0) begins it with that function's caller, however much
// the compiler has inlined below; the instruction that a signal interrupted, with that.
// The whole stack where there is no such frame.
StackTrace capture_stack_from(const void* address);

// The name of the function at `address`, cut to `room` bytes; false: it has none.
using FindName = bool (*)(const void* address, char* name, size_t room);

// Writes `    #INDEX ADDRESS FUNCTION\n` for frame `index` into `line`, cut to
// `room` bytes, and returns its length. Does no more than `find_name` does.
size_t describe_frame(const StackTrace& trace, int index, FindName find_name, char* line,
                      size_t room);

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_STACK_TRACE_H_
