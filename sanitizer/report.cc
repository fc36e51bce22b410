#include "cex/report.h"

#include <stdarg.h>
#include <stdlib.h>

#include <atomic>

#include "cex/sanitizer/internal/format.h"
#include "cex/sanitizer/internal/system.h"
#ifdef CEX_TEST
#include "cex/sanitizer/internal/stack_trace.h"
#include "cex/sanitizer/internal/symbolizer.h"
#endif

namespace cex {

namespace {

// On the stack, which is small where there is no system.
constexpr size_t kMaxText = detail::kHasStandardError ? 4096 : 512;

constinit std::atomic<ReportHandler> handler{nullptr};

void write_all(const char* text, size_t size) {
  const ReportHandler handle = handler.load(std::memory_order_acquire);
  handle != nullptr ? handle(text, size) : detail::write_error(text, size);
}

#ifdef CEX_TEST
// Frames of this file that stand above the caller's.
constexpr int kOwnFrames = 2;

[[gnu::noinline]] void print_stack() {
  const detail::StackTrace trace = detail::capture_stack(kOwnFrames);
  for (int i = 0; i < trace.depth; ++i) {
    char line[600];
    write_all(line, detail::describe_frame(trace, i, detail::find_symbol, line, sizeof(line)));
  }
}
#endif

// Whether `site` is a line to show: one in the standard library's headers is not, which a
// default argument names where such a header makes the call (a range given to std::sort, say).
bool is_known(Site site) {
  if (site.file == nullptr) return false;
  constexpr char kHeaders[] = "/include/c++/";
  for (const char* p = site.file; *p != '\0'; ++p) {
    size_t same = 0;
    while (p[same] == kHeaders[same] && ++same < sizeof(kHeaders) - 1) {
    }
    if (same == sizeof(kHeaders) - 1) return false;
  }
  return true;
}

void print_message_with(Site site, const char* format, va_list args) {
  char text[kMaxText];
  constexpr size_t kRoom = kMaxText - 1;  // for the newline
  size_t end = is_known(site) ? detail::format(text, kRoom, "cex: %s:%d: ", site.file, site.line)
                              : detail::format(text, kRoom, "cex: (unknown line): ");
  end += detail::format_list(text + end, kRoom - end, format, args);
  text[end++] = '\n';
  write_all(text, end);
}

// Inline, so that it is no frame of the stack trace.
[[gnu::always_inline]] inline void report(Site site, const char* format, va_list args) {
  print_message_with(site, format, args);
#ifdef CEX_TEST
  print_stack();
#endif
  detail::end_report();
}

// Where there is no standard error: null until there is a handler, so that a program without one
// links no code for reports.
using Reporter = void (*)(Site site, const char* format, va_list args);
[[maybe_unused]] constinit Reporter reporter = nullptr;

// Inline, as report() is.
[[noreturn, gnu::always_inline]] inline void die_with(Site site, const char* format, va_list args) {
  if constexpr (detail::kHasStandardError) {
    report(site, format, args);
  } else if (const Reporter say = __atomic_load_n(&reporter, __ATOMIC_ACQUIRE)) {
    say(site, format, args);
  }
  abort();
}

}  // namespace

ReportHandler set_report_handler(ReportHandler handle) {
  if constexpr (!detail::kHasStandardError) {
    __atomic_store_n(&reporter, &report, __ATOMIC_RELEASE);
  }
  if constexpr (std::atomic<ReportHandler>::is_always_lock_free) {
    return handler.exchange(handle, std::memory_order_acq_rel);
  } else {  // a Cortex-M0, which has no threads either
    const ReportHandler before = handler.load(std::memory_order_acquire);
    handler.store(handle, std::memory_order_release);
    return before;
  }
}

void die(Site site, const char* format, ...) {
  va_list args;
  va_start(args, format);
  die_with(site, format, args);
}

void die_here(const char* format, ...) {
  va_list args;
  va_start(args, format);
  die_with(detail::call_under_way(), format, args);
}

namespace detail {

void print_message(Site site, const char* format, ...) {
  va_list args;
  va_start(args, format);
  print_message_with(site, format, args);
  va_end(args);
}

void print_text(const char* text, size_t size) { write_all(text, size); }

void end_report() {
  if (const ReportHandler handle = handler.load(std::memory_order_acquire)) handle(nullptr, 0);
}

}  // namespace detail
}  // namespace cex
