#include "cex/sanitizer/internal/stack_trace.h"

#include <stdio.h>
#include <string.h>

#include <mutex>

#include "absl/debugging/stacktrace.h"
#include "absl/debugging/symbolize.h"
#include "cex/sanitizer.h"
#include "cex/sanitizer/internal/fork_mutex.h"

namespace cex::detail {
namespace {

// Symbols are looked up in the program's own file, which a relative argv[0]
// no longer finds once the working directory has changed.
void initialize_symbolizer() {
  [[maybe_unused]] static const bool done = (absl::InitializeSymbolizer("/proc/self/exe"), true);
}

// It allocates, which a heap that was overwritten no longer does: hence before main().
[[maybe_unused]] const bool initialized_early = (initialize_symbolizer(), true);

// Abseil has locks of its own, which a child must find free.
constinit ForkMutex one_at_a_time{ForkMutex::Rank::kSymbols};
constinit thread_local bool is_symbolizing = false;

bool find_symbol(const void* address, char* name, size_t room) {
  if (is_symbolizing) return false;  // a report from a signal handler
  const std::lock_guard lock(one_at_a_time);
  is_symbolizing = true;
  const bool found = absl::Symbolize(address, name, static_cast<int>(room));
  is_symbolizing = false;
  return found;
}

}  // namespace

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
  initialize_symbolizer();
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
