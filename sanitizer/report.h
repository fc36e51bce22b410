/// @file
/// How cex ends a program: one line that says what went wrong and where, facts that help, and
/// (under CEX_TEST) a symbolized stack trace. set_report_handler() takes the text elsewhere.
///
/// ```cpp
/// void check(bool ok, const char* name, cex::Site site = cex::Site::current()) {
///   if (!ok) cex::die(site, "bad setting: %s", name);   // cex: FILE:LINE: bad setting: NAME
/// }
/// ```
#ifndef CEX_SANITIZER_REPORT_H_
#define CEX_SANITIZER_REPORT_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/site.h"

// Formats are those of the GNU C library, even if the system's own printf knows others.
#ifdef __MINGW32__
#define CEX_DETAIL_PRINTF gnu_printf
#else
#define CEX_DETAIL_PRINTF printf
#endif

namespace cex {

/// Takes reports in place of stderr and abort(), for systems that have neither, and for programs
/// that write them into a log. The handler is called for each part of a report's text in turn,
/// `size` characters without a NUL. At the report's end it is called with null, and may end the
/// program in its own way; if it returns, abort() is called. It must not throw, and must not
/// allocate from cex. An AllocatorGuard's report of a fault calls it in a signal handler; then the
/// signal ends the program, and there is no call with null. Under CEX_TEST a report includes a
/// stack trace.
///
/// On a system without stderr, a program that sets no handler aborts without a text and contains no
/// code for reports. With a handler, a report on such a system is cut at 500 bytes, since its text
/// is on the stack.
///
/// ```cpp
/// void to_uart(const char* text, size_t size) {
///   if (text == nullptr) reset_device();
///   uart_write(text, size);
/// }
/// cex::set_report_handler(to_uart);
/// ```
using ReportHandler = void (*)(const char* text, size_t size);

/// Sends reports to `handler` from now on; null for stderr and abort(), the default. Returns the
/// handler before. Thread-safe.
ReportHandler set_report_handler(ReportHandler handler);

/// Prints `cex: FILE:LINE: MESSAGE` to stderr in one write, under CEX_TEST also a stack trace, and
/// aborts; or passes the text to the report handler. `format` is as for printf, without floating
/// point: %s %c %d %i %u %x %p %%, with h, l, ll, z, t, a width, leading zeros, and a precision of
/// strings. The first line of the text should be the whole message, the lines after it facts. Text
/// beyond 4,000 bytes is cut. An empty site, and a line of the standard library's headers, is
/// printed as `(unknown line)`. Allocates nothing before the message is printed. Thread-safe.
[[noreturn, gnu::cold, gnu::noinline, gnu::format(CEX_DETAIL_PRINTF, 2, 3)]] void die(
    Site site, const char* format, ...);

/// As die(), for code that has no Site: names the line of the current call of cex.
[[noreturn, gnu::cold, gnu::noinline, gnu::format(CEX_DETAIL_PRINTF, 1, 2)]] void die_here(
    const char* format, ...);

namespace detail {

// The plural "s" of a noun after the number `n`.
constexpr const char* plural(uint64_t n) { return n == 1 ? "" : "s"; }

// Prints the message and its facts as die() does, for reports that print more than the caller's
// stack. May be called in a signal handler.
[[gnu::cold, gnu::format(CEX_DETAIL_PRINTF, 2, 3)]] void print_message(Site site,
                                                                       const char* format, ...);

// Prints `text` unchanged, to where messages go.
void print_text(const char* text, size_t size);

// Tells a report handler that the report has ended.
void end_report();

}  // namespace detail
}  // namespace cex

#endif  // CEX_SANITIZER_REPORT_H_
