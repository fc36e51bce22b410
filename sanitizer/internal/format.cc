#include "cex/sanitizer/internal/format.h"

#include <stdint.h>
#include <string.h>

namespace cex::detail {
namespace {

// Small rather than fast, since a device links it: one path for all types of arguments.

struct Out {
  char* at;
  char* end;  // where the NUL has room

  [[gnu::noinline]] void put(char c) {
    if (at < end) *at++ = c;
  }
  void put(const char* text, size_t size) {
    for (; size > 0; --size) put(*text++);
  }
  void fill(char c, size_t size, size_t width) {
    for (; size < width && at < end; ++size) put(c);
  }
};

// A number of the format, or 0.
size_t take_number(const char** format) {
  size_t n = 0;
  for (; **format >= '0' && **format <= '9'; ++*format)
    n = 10 * n + static_cast<size_t>(**format - '0');
  return n;
}

// Writes the digits of a number in front of `end`, and returns where they begin. Divides by bits,
// since a machine of 32 has no instruction for 64, and takes 700 bytes of code instead.
[[gnu::noinline]] char* write_digits(char* end, uint64_t n, unsigned base) {
  do {
    unsigned rest = 0;
    for (int bits = 64; bits > 0; --bits) {
      rest = rest << 1 | static_cast<unsigned>(n >> 63);
      n <<= 1;
      if (rest >= base) {
        rest -= base;
        ++n;
      }
    }
    *--end = static_cast<char>(rest < 10 ? '0' + rest : 'a' - 10 + rest);
  } while (n != 0);
  return end;
}

}  // namespace

size_t format_list(char* to, size_t room, const char* format, va_list args) {
  if (room == 0) return 0;
  Out out = {to, to + room - 1};
  for (; *format != '\0'; ++format) {
    if (*format != '%') {
      out.put(*format);
      continue;
    }
    const char* const start = format++;
    const bool has_zeros = *format == '0';
    const size_t width = take_number(&format);
    int precision = -1;
    if (*format == '.') {
      if (*++format == '*') {
        precision = va_arg(args, int);
        ++format;
      } else {
        precision = static_cast<int>(take_number(&format));
      }
    }
    size_t bytes = sizeof(int);
    for (;; ++format) {
      if (*format == 'h') {
        bytes /= 2;
      } else if (*format == 'l') {
        bytes = format[-1] == 'l' ? sizeof(long long) : sizeof(long);
      } else if (*format == 'z' || *format == 't') {
        bytes = sizeof(size_t);
      } else {
        break;
      }
    }
    const char kind = *format;
    char digits[24];
    const char* text = digits;
    size_t size = 1;
    size_t sign = 0;  // how much of the text stands in front of zeros
    if (kind == 's') {
      text = va_arg(args, const char*);
      if (text == nullptr) text = "(null)";
      for (size = 0; size != static_cast<size_t>(precision) && text[size] != '\0';) ++size;
    } else if (kind == 'c') {
      digits[0] = static_cast<char>(va_arg(args, int));
    } else if (kind == '%') {
      digits[0] = kind;
    } else {
      const bool is_signed = kind == 'd' || kind == 'i';
      const bool is_pointer = kind == 'p';
      const bool is_decimal = is_signed || kind == 'u';
      if (!is_decimal && kind != 'x' && !is_pointer) {
        // The rest can't be told apart from what its arguments are: it stays as it is.
        out.put(start, strlen(start));
        break;
      }
      if (is_pointer) bytes = sizeof(void*);
      uint64_t n = bytes > sizeof(int) ? va_arg(args, uint64_t)
                                       : static_cast<uint64_t>(int64_t{va_arg(args, int)});
      const size_t unused = 8 * (sizeof(n) - bytes);
      n <<= unused;
      const bool is_negative = is_signed && n >> 63 != 0;
      n = (is_negative ? 0 - n : n) >> unused;
      char* const end = digits + sizeof(digits);
      char* at = write_digits(end, n, is_decimal ? 10 : 16);
      if (is_pointer) *--at = 'x';
      if (is_pointer || is_negative) *--at = is_negative ? '-' : '0';
      sign = is_pointer ? 2 : is_negative;
      text = at;
      size = static_cast<size_t>(end - at);
      if (is_pointer && n == 0) {
        text = "(nil)";
        size = 5;
      }
    }
    if (!has_zeros) out.fill(' ', size, width);
    out.put(text, sign);
    if (has_zeros) out.fill('0', size, width);
    out.put(text + sign, size - sign);
  }
  *out.at = '\0';
  return static_cast<size_t>(out.at - to);
}

size_t format(char* to, size_t room, const char* text, ...) {
  va_list args;
  va_start(args, text);
  const size_t size = format_list(to, room, text, args);
  va_end(args);
  return size;
}

}  // namespace cex::detail
