#include "cex/sanitizer/internal/format.h"

#include <stdint.h>
#include <string.h>

namespace cex::detail {
namespace {

struct Out {
  char* at;
  char* end;  // where the NUL has room

  void put(char c) {
    if (at < end) *at++ = c;
  }
  void fill(char c, size_t count) {
    for (; count > 0 && at < end; --count) *at++ = c;
  }
};

// How one argument is given, and written.
struct Spec {
  enum class Length : uint8_t { kInt, kShort, kChar, kLong, kLongLong, kSize, kDifference };

  size_t width = 0;
  size_t precision = SIZE_MAX;
  bool zeros = false;
  Length length = Length::kInt;
};

size_t take_number(const char*& format) {
  size_t n = 0;
  for (; *format >= '0' && *format <= '9'; ++format)
    n = 10 * n + static_cast<size_t>(*format - '0');
  return n;
}

Spec::Length take_length(const char*& format) {
  using Length = Spec::Length;
  Length length = Length::kInt;
  for (;; ++format) {
    if (*format == 'h') {
      length = length == Length::kShort ? Length::kChar : Length::kShort;
    } else if (*format == 'l') {
      length = length == Length::kLong ? Length::kLongLong : Length::kLong;
    } else if (*format == 'z') {
      length = Length::kSize;
    } else if (*format == 't') {
      length = Length::kDifference;
    } else {
      return length;
    }
  }
}

void put_text(Out& out, const char* text, const Spec& spec) {
  if (text == nullptr) text = "(null)";
  size_t size = 0;
  while (size < spec.precision && text[size] != '\0') ++size;
  if (spec.width > size) out.fill(' ', spec.width - size);
  for (size_t i = 0; i < size; ++i) out.put(text[i]);
}

// Divides `n` and returns what is left over. In parts of 16 bits, since a machine of 32 has no
// instruction for more, and takes 700 bytes of code instead.
unsigned divide(uint64_t* n, unsigned by) {
  uint64_t quotient = 0;
  uint32_t rest = 0;
  for (int shift = 48; shift >= 0; shift -= 16) {
    const uint32_t part = rest << 16 | static_cast<uint32_t>(*n >> shift & 0xffff);
    quotient |= uint64_t{part / by} << shift;
    rest = part % by;
  }
  *n = quotient;
  return rest;
}

// `prefix` goes in front: a sign, or 0x.
void put_number(Out& out, uint64_t n, unsigned base, const char* prefix, const Spec& spec) {
  char digits[24];
  size_t size = 0;
  do {
    digits[size++] = "0123456789abcdef"[divide(&n, base)];
  } while (n != 0);
  const size_t whole = size + strlen(prefix);
  const size_t pad = spec.width > whole ? spec.width - whole : 0;
  if (!spec.zeros) out.fill(' ', pad);
  for (; *prefix != '\0'; ++prefix) out.put(*prefix);
  if (spec.zeros) out.fill('0', pad);
  while (size > 0) out.put(digits[--size]);
}

void put_signed(Out& out, int64_t n, const Spec& spec) {
  const auto bits = static_cast<uint64_t>(n);
  put_number(out, n < 0 ? 0 - bits : bits, 10, n < 0 ? "-" : "", spec);
}

}  // namespace

size_t format_list(char* to, size_t room, const char* format, va_list args) {
  using Length = Spec::Length;
  if (room == 0) return 0;
  Out out = {to, to + room - 1};
  while (*format != '\0') {
    const char* const start = format;
    if (*format++ != '%') {
      out.put(*start);
      continue;
    }
    Spec spec;
    if (*format == '0') spec.zeros = true, ++format;
    spec.width = take_number(format);
    if (*format == '.') {
      ++format;
      if (*format == '*') {
        const int precision = va_arg(args, int);
        if (precision >= 0) spec.precision = static_cast<size_t>(precision);
        ++format;
      } else {
        spec.precision = take_number(format);
      }
    }
    spec.length = take_length(format);
    switch (*format++) {
      case 's':
        put_text(out, va_arg(args, const char*), spec);
        break;
      case 'c':
        out.put(static_cast<char>(va_arg(args, int)));
        break;
      case '%':
        out.put('%');
        break;
      case 'p': {
        const auto address = reinterpret_cast<uintptr_t>(va_arg(args, void*));
        address != 0 ? put_number(out, address, 16, "0x", spec) : put_text(out, "(nil)", spec);
        break;
      }
      case 'd':
      case 'i':
        switch (spec.length) {
          case Length::kInt:
            put_signed(out, va_arg(args, int), spec);
            break;
          case Length::kShort:
            put_signed(out, static_cast<short>(va_arg(args, int)), spec);
            break;
          case Length::kChar:
            put_signed(out, static_cast<signed char>(va_arg(args, int)), spec);
            break;
          case Length::kLong:
            put_signed(out, va_arg(args, long), spec);
            break;
          case Length::kLongLong:
            put_signed(out, va_arg(args, long long), spec);
            break;
          case Length::kSize:
          case Length::kDifference:
            put_signed(out, va_arg(args, ptrdiff_t), spec);
            break;
        }
        break;
      case 'u':
      case 'x': {
        const unsigned base = format[-1] == 'x' ? 16 : 10;
        uint64_t n = 0;
        switch (spec.length) {
          case Length::kInt:
            n = va_arg(args, unsigned);
            break;
          case Length::kShort:
            n = static_cast<unsigned short>(va_arg(args, unsigned));
            break;
          case Length::kChar:
            n = static_cast<unsigned char>(va_arg(args, unsigned));
            break;
          case Length::kLong:
            n = va_arg(args, unsigned long);
            break;
          case Length::kLongLong:
            n = va_arg(args, unsigned long long);
            break;
          case Length::kSize:
          case Length::kDifference:
            n = va_arg(args, size_t);
            break;
        }
        put_number(out, n, base, "", spec);
        break;
      }
      default:
        // The rest can't be told apart from what its arguments are: it stays as it is.
        for (const char* p = start; *p != '\0'; ++p) out.put(*p);
        *out.at = '\0';
        return static_cast<size_t>(out.at - to);
    }
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
