// The part of printf that reports need, without the rest of it: a device has 5 to 27 KB of code
// for that, and not all know %zu. Allocates nothing; a signal handler may call it.
#ifndef CEX_SANITIZER_INTERNAL_FORMAT_H_
#define CEX_SANITIZER_INTERNAL_FORMAT_H_

#include <stdarg.h>
#include <stddef.h>

namespace cex::detail {

// Writes the text to `to`, cut to `room` bytes, its NUL included, and returns its length as it
// is there. Knows %s, %c, %d, %i, %u, %x, %p and %%, with h, hh, l, ll, z, t, a width (to the
// right, with 0: zeros in front) and, for %s, a precision, which may be *. What it does not know is
// copied as it stands, and so is all behind it.
[[gnu::format(printf, 3, 0)]] size_t format_list(char* to, size_t room, const char* format,
                                                 va_list args);
[[gnu::format(printf, 3, 4)]] size_t format(char* to, size_t room, const char* format, ...);

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_FORMAT_H_
