/// @file
/// The one way in which cex ends a program: a line that names what went wrong
/// and where, facts that help, and (under CEX_TEST) a symbolized stack trace.
#ifndef CEX_SANITIZER_REPORT_H_
#define CEX_SANITIZER_REPORT_H_

#include <stddef.h>

#include "cex/site.h"

// That a format is the GNU C library's, whatever the system's own printf knows.
#ifdef __MINGW32__
#define CEX_DETAIL_PRINTF gnu_printf
#else
#define CEX_DETAIL_PRINTF printf
#endif

namespace cex {

/// Takes reports in place of stderr and abort(): where there is neither, or where they belong into
/// a log. It is called with the parts of a report's text one after the other, `size` characters
/// without a NUL behind them, and with null at the report's end, when it may end the program in its
/// own way. Where it returns from that, abort() is called. It must not throw, nor allocate from
/// cex; with AllocatorGuard it may be called in the handler of a signal, and then the signal ends
/// the program and there is no call with null. A report in CEX_TEST has a stack trace as well.
///
/// ```cpp
/// void to_uart(const char* text, size_t size) {
///   if (text == nullptr) reset_device();
///   uart_write(text, size);
/// }
/// cex::set_report_handler(to_uart);
/// ```
using ReportHandler = void (*)(const char* text, size_t size);

/// Makes `handler` the one that reports go to; null, as at the start: stderr and abort(). Returns
/// the one before. Thread-safe.
ReportHandler set_report_handler(ReportHandler handler);

/// Prints `cex: FILE:LINE: MESSAGE` to stderr, in one write, then a stack trace
/// under CEX_TEST, and aborts; or has the handler above do so. `format` and what follows are as for
/// printf, without floating point: %s %c %d %i %u %x %p %%, with h, l, ll, z, t, a width, zeros in
/// front, and a precision of strings. The text's first line should be the whole message, lines
/// after it facts. Text beyond 4,000 bytes is cut. `(unknown line)` stands for a site that is
/// empty, or a line of the standard library's headers. Allocates nothing before the message is out.
/// Thread-safe.
[[noreturn, gnu::cold, gnu::noinline, gnu::format(CEX_DETAIL_PRINTF, 2, 3)]] void die(
    Site site, const char* format, ...);

/// As die(), for code that has no Site of its own: names the call under way.
[[noreturn, gnu::cold, gnu::noinline, gnu::format(CEX_DETAIL_PRINTF, 1, 2)]] void die_here(
    const char* format, ...);

namespace detail {

// What makes a message's noun fit its number.
constexpr const char* plural(size_t n) { return n == 1 ? "" : "s"; }

// What die() prints first, the message with its facts; for reports that go on with more
// than the caller's stack. A signal handler may call it.
[[gnu::cold, gnu::format(CEX_DETAIL_PRINTF, 2, 3)]] void print_message(Site site,
                                                                       const char* format, ...);

// As it is, to where messages go.
void print_text(const char* text, size_t size);

}  // namespace detail
}  // namespace cex

#endif  // CEX_SANITIZER_REPORT_H_
