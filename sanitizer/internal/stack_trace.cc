#include "cex/sanitizer/internal/stack_trace.h"

#include <stdio.h>
#include <string.h>

#include "absl/debugging/stacktrace.h"
#include "cex/sanitizer.h"
#include "cex/sanitizer/internal/symbolizer.h"

namespace cex::detail {

[[gnu::noinline]] StackTrace capture_stack(int skip) {
  StackTrace trace;
  trace.depth = absl::GetStackTrace(trace.frames, kMaxFrames, skip + 1);
  // A prebuilt Abseil is not instrumented: MemorySanitizer saw nothing written.
  unpoison_defined(trace.frames, sizeof(trace.frames));
  unpoison_defined(&trace.depth, sizeof(trace.depth));
  return trace;
}

StackTrace capture_stack_from(const void* return_address) {
  StackTrace trace = capture_stack(0);
  int first = 0;
  while (first < trace.depth && trace.frames[first] != return_address) ++first;
  if (first == trace.depth) return trace;
  trace.depth -= first;
  memmove(trace.frames, trace.frames + first,
          static_cast<size_t>(trace.depth) * sizeof(trace.frames[0]));
  return trace;
}

void symbolize(void* frame, char* name, size_t room) {
  // A return address may already belong to the next function.
  if (!find_symbol(static_cast<char*>(frame) - 1, name, room)) {
    snprintf(name, room, "(unknown)");
  }
  unpoison_defined(name, room);
}

size_t describe_frame(const StackTrace& trace, int index, char* line, size_t room) {
  void* const frame = trace.frames[index];
  char name[512] = "(unknown)";
  symbolize(frame, name, sizeof(name));
  const int size = snprintf(line, room, "    #%d %p %s\n", index, frame, name);
  if (size < 0) return 0;
  return static_cast<size_t>(size) < room ? static_cast<size_t>(size) : room - 1;
}

}  // namespace cex::detail
