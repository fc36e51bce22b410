#include "cex/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef CEX_TEST
#include "cex/sanitizer/internal/stack_trace.h"
#endif

namespace cex {

#ifdef CEX_TEST
namespace detail {
constinit thread_local Site current_site{};
}  // namespace detail
#endif

namespace {

constexpr size_t kMaxText = 4096;

void write_all(const char* text, size_t size) {
  while (size > 0) {
    const ssize_t n = write(STDERR_FILENO, text, size);
    if (n <= 0) return;
    text += n;
    size -= static_cast<size_t>(n);
  }
}

#ifdef CEX_TEST
// Frames of this file that stand above the caller's.
constexpr int kOwnFrames = 2;

[[gnu::noinline]] void print_stack() {
  const detail::StackTrace trace = detail::capture_stack(kOwnFrames);
  for (int i = 0; i < trace.depth; ++i) {
    char line[600];
    write_all(line, detail::describe_frame(trace, i, line, sizeof(line)));
  }
}
#endif

// Whether `site` is a line to show: one in the standard library's headers is not, which a
// default argument names where such a header makes the call (a range given to std::sort, say).
bool is_known(Site site) {
  return site.file != nullptr && strstr(site.file, "/include/c++/") == nullptr;
}

void print_message_with(Site site, const char* format, va_list args) {
  char text[kMaxText];
  const int size = is_known(site)
                       ? snprintf(text, sizeof(text), "cex: %s:%d: ", site.file, site.line)
                       : snprintf(text, sizeof(text), "cex: (unknown line): ");
  const size_t used = static_cast<size_t>(size) < sizeof(text) - 2 ? static_cast<size_t>(size) : 0;
  const int more = vsnprintf(text + used, sizeof(text) - used - 1, format, args);
  size_t end = used + (more > 0 ? static_cast<size_t>(more) : 0);
  if (end > sizeof(text) - 2) end = sizeof(text) - 2;
  text[end++] = '\n';
  write_all(text, end);
}

[[noreturn]] void die_with(Site site, const char* format, va_list args) {
  print_message_with(site, format, args);
#ifdef CEX_TEST
  print_stack();
#endif
  abort();
}

}  // namespace

void die(Site site, const char* format, ...) {
  va_list args;
  va_start(args, format);
  die_with(site, format, args);
}

void die_here(const char* format, ...) {
  va_list args;
  va_start(args, format);
#ifdef CEX_TEST
  die_with(detail::current_site, format, args);
#else
  die_with(Site{}, format, args);
#endif
}

namespace detail {

void print_message(Site site, const char* format, ...) {
  va_list args;
  va_start(args, format);
  print_message_with(site, format, args);
  va_end(args);
}

void print_text(const char* text, size_t size) { write_all(text, size); }

}  // namespace detail
}  // namespace cex
