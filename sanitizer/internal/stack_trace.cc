#include "cex/sanitizer/internal/stack_trace.h"

#include <stdint.h>
#include <string.h>
#include <unwind.h>

#include "cex/sanitizer/internal/format.h"

namespace cex::detail {
namespace {

struct Walk {
  StackTrace* trace;
  int skip;
};

_Unwind_Reason_Code add_frame(_Unwind_Context* context, void* argument) {
  auto* const walk = static_cast<Walk*>(argument);
  if (walk->skip-- > 0) return _URC_NO_REASON;
  StackTrace* const trace = walk->trace;
  if (trace->depth == kMaxFrames) return _URC_END_OF_STACK;
  int is_interrupted = 0;
  const uintptr_t address = _Unwind_GetIPInfo(context, &is_interrupted);
  if (address == 0) return _URC_END_OF_STACK;
  if (is_interrupted != 0 && trace->interrupted < 0) trace->interrupted = trace->depth;
  trace->frames[trace->depth++] = reinterpret_cast<void*>(address);
  return _URC_NO_REASON;
}

}  // namespace

// By the tables for unwinding, which every function has: a chain of frame pointers ends in the
// first function that is compiled without one, the C library's included.
[[gnu::noinline]] StackTrace capture_stack(int skip) {
  StackTrace trace;
  // The walk begins in this function.
  Walk walk{.trace = &trace, .skip = skip + 1};
  _Unwind_Backtrace(add_frame, &walk);
  return trace;
}

// The first time may allocate, which a heap that was overwritten no longer does: hence before
// main().
[[maybe_unused]] static const int walked_early = capture_stack(0).depth;

StackTrace capture_stack_from(const void* address) {
#ifdef __arm__  // whose return addresses say by the lowest bit which instructions are there
  address = reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(address) & ~uintptr_t{1});
#endif
  StackTrace trace = capture_stack(0);
  int first = 0;
  while (first < trace.depth && trace.frames[first] != address) ++first;
  if (first == trace.depth) return trace;
  trace.depth -= first;
  trace.interrupted -= first;
  memmove(trace.frames, trace.frames + first,
          static_cast<size_t>(trace.depth) * sizeof(trace.frames[0]));
  return trace;
}

size_t describe_frame(const StackTrace& trace, int index, FindName find_name, char* line,
                      size_t room) {
  void* const frame = trace.frames[index];
  // A return address may already belong to the next function.
  const int back = index == trace.interrupted ? 0 : 1;
  char name[600];
  if (!find_name(static_cast<char*>(frame) - back, name, sizeof(name))) {
    format(name, sizeof(name), "(unknown)");
  }
  return format(line, room, "    #%d %p %s\n", index, frame, name);
}

}  // namespace cex::detail
