// A parser of JSON as RFC 8259 has it, which allocates nothing: what a document holds
// becomes calls of a builder, which makes a DOM of whatever memory it likes. Both DOMs of
// these programs stand on it, so that what they differ in is memory.
//
// Strict: UTF-8 only, no byte order mark, no unpaired surrogates, no number that a double
// can't hold but for rounding, no deeper than kMostDeep. Of equal names in an object
// the last counts, which is the builder's to do.
//
// A builder has
//
//   using Value, Array, Object, Text;         what they are made of
//   Value null(), boolean(bool), number(double), string(Text)
//   Text text(std::string_view)               a copy
//   char* begin_text(size_t most)             room for a text that is decoded into it,
//   Text end_text(size_t size)                and what was
//   Array array(); void append(Array&, Value&&); Value finish(Array&&)
//   Object object(); void set(Object&, Text&&, Value&&); Value finish(Object&&)
#ifndef CEX_BENCH_PROGRAMS_JSON_PARSER_H_
#define CEX_BENCH_PROGRAMS_JSON_PARSER_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <charconv>
#include <string_view>
#include <utility>

namespace cex::bench {

struct JsonError {
  const char* what = nullptr;  // nullptr: there was none
  size_t at = 0;               // byte of the input
};

template <typename Builder>
class JsonParser {
 public:
  using Value = typename Builder::Value;

  static constexpr int kMostDeep = 512;

  JsonParser(Builder& builder, std::string_view input)
      : builder_(builder), begin_(input.data()), at_(begin_), end_(begin_ + input.size()) {}

  // The whole input is one value with nothing but white space around it.
  bool parse(Value* out) {
    skip_space();
    if (!value(out, 0)) return false;
    skip_space();
    return at_ == end_ || fail("something follows the value");
  }

  JsonError error() const { return error_; }

 private:
  bool fail(const char* what) {
    error_ = {what, static_cast<size_t>(at_ - begin_)};
    return false;
  }

  bool is(char c) const { return at_ != end_ && *at_ == c; }
  bool take(char c) { return is(c) && (++at_, true); }
  bool is_digit() const { return at_ != end_ && *at_ >= '0' && *at_ <= '9'; }

  void skip_space() {
    while (is(' ') || is('\n') || is('\t') || is('\r')) ++at_;
  }

  bool literal(std::string_view word) {
    if (std::string_view(at_, static_cast<size_t>(end_ - at_)).substr(0, word.size()) != word) {
      return fail("no value");
    }
    at_ += word.size();
    return true;
  }

  bool value(Value* out, int depth) {
    if (at_ == end_) return fail("the input ends where a value should be");
    switch (*at_) {
      case '{':
        return object(out, depth + 1);
      case '[':
        return array(out, depth + 1);
      case '"': {
        typename Builder::Text text{builder_.no_text()};
        if (!string(&text)) return false;
        *out = builder_.string(std::move(text));
        return true;
      }
      case 't':
        if (!literal("true")) return false;
        *out = builder_.boolean(true);
        return true;
      case 'f':
        if (!literal("false")) return false;
        *out = builder_.boolean(false);
        return true;
      case 'n':
        if (!literal("null")) return false;
        *out = builder_.null();
        return true;
      default:
        return number(out);
    }
  }

  bool array(Value* out, int depth) {
    if (depth > kMostDeep) return fail("too deep");
    ++at_;
    auto elements = builder_.array();
    skip_space();
    if (!take(']')) {
      do {
        skip_space();
        Value element = builder_.null();
        if (!value(&element, depth)) return false;
        builder_.append(elements, std::move(element));
        skip_space();
      } while (take(','));
      if (!take(']')) return fail("neither , nor ] after an element");
    }
    *out = builder_.finish(std::move(elements));
    return true;
  }

  bool object(Value* out, int depth) {
    if (depth > kMostDeep) return fail("too deep");
    ++at_;
    auto members = builder_.object();
    skip_space();
    if (!take('}')) {
      do {
        skip_space();
        if (!is('"')) return fail("no name of a member");
        typename Builder::Text name{builder_.no_text()};
        if (!string(&name)) return false;
        skip_space();
        if (!take(':')) return fail("no : after a name");
        skip_space();
        Value member = builder_.null();
        if (!value(&member, depth)) return false;
        builder_.set(members, std::move(name), std::move(member));
        skip_space();
      } while (take(','));
      if (!take('}')) return fail("neither , nor } after a member");
    }
    *out = builder_.finish(std::move(members));
    return true;
  }

  bool number(Value* out) {
    const char* const first = at_;
    take('-');
    const char* const digits = at_;
    if (!is_digit()) return fail(first == at_ ? "no value" : "no digit after -");
    if (!take('0')) {
      while (is_digit()) ++at_;
    }
    const char* const point = at_;
    if (take('.')) {
      if (!is_digit()) return fail("no digit after .");
      while (is_digit()) ++at_;
    }
    const char* const mantissa_end = at_;
    if (is('e') || is('E')) {
      ++at_;
      if (!take('+')) take('-');
      if (!is_digit()) return fail("no digit in an exponent");
      while (is_digit()) ++at_;
    }
    double result = 0;
    if (std::from_chars(first, at_, result).ec == std::errc::result_out_of_range) {
      if (magnitude(digits, point, mantissa_end) > 0) return fail("a number is too large");
      result = *first == '-' ? -0.0 : 0.0;  // too small to tell from it
    }
    *out = builder_.number(result);
    return true;
  }

  // The decimal exponent of a number's first digit that is not 0, from -10^6 to 10^6.
  int64_t magnitude(const char* digits, const char* point, const char* mantissa_end) const {
    constexpr int64_t kMost = 1000000;
    int64_t exponent = 0;
    if (mantissa_end != at_) {
      const char* p = mantissa_end + 1;
      const bool is_negative = *p == '-';
      if (*p == '-' || *p == '+') ++p;
      for (; p != at_; ++p) exponent = exponent < kMost ? exponent * 10 + (*p - '0') : kMost;
      if (is_negative) exponent = -exponent;
    }
    if (*digits != '0') return exponent + (point - digits) - 1;
    const char* p = point == mantissa_end ? point : point + 1;
    while (p != mantissa_end && *p == '0') ++p;
    return exponent - (p - point);
  }

  // How many bytes the UTF-8 sequence at at_ has; 0 where it is none.
  size_t sequence() const {
    const auto byte = [&](size_t i) {
      return static_cast<size_t>(end_ - at_) > i ? static_cast<unsigned char>(at_[i]) : 0U;
    };
    const auto follows = [&](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned a = byte(0);
    const unsigned b = byte(1);
    if (a >= 0xC2 && a < 0xE0) return follows(1) ? 2 : 0;
    if (a >= 0xE0 && a < 0xF0) {
      const bool ok = !(a == 0xE0 && b < 0xA0) && !(a == 0xED && b >= 0xA0);
      return ok && follows(1) && follows(2) ? 3 : 0;
    }
    if (a >= 0xF0 && a < 0xF5) {
      const bool ok = !(a == 0xF0 && b < 0x90) && !(a == 0xF4 && b >= 0x90);
      return ok && follows(1) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
  }

  // Steps over one character that stands for itself.
  bool plain() {
    const auto c = static_cast<unsigned char>(*at_);
    if (c < 0x20) return fail("a control character in a string");
    const size_t size = c < 0x80 ? 1 : sequence();
    if (size == 0) return fail("a string is not UTF-8");
    at_ += size;
    return true;
  }

  bool string(typename Builder::Text* out) {
    const char* const first = ++at_;
    while (at_ != end_ && *at_ != '"' && *at_ != '\\') {
      if (!plain()) return false;
    }
    if (is('"')) {
      *out = builder_.text({first, static_cast<size_t>(at_ - first)});
      ++at_;
      return true;
    }
    return at_ == end_ ? fail("a string does not end") : escaped(first, out);
  }

  // A string with escapes; what they stand for takes no more room than they.
  bool escaped(const char* first, typename Builder::Text* out) {
    const char* last = at_;
    while (last != end_ && *last != '"') last += *last == '\\' && last + 1 != end_ ? 2 : 1;
    if (last == end_) {
      at_ = end_;
      return fail("a string does not end");
    }
    char* const text = builder_.begin_text(static_cast<size_t>(last - first));
    auto size = static_cast<size_t>(at_ - first);
    memcpy(text, first, size);
    while (at_ != last) {
      const char* const from = at_;
      if (*at_ == '\\') {
        ++at_;
        if (!escape(text, &size)) return false;
      } else {
        if (!plain()) return false;
        const auto length = static_cast<size_t>(at_ - from);
        memcpy(text + size, from, length);
        size += length;
      }
    }
    ++at_;
    *out = builder_.end_text(size);
    return true;
  }

  bool escape(char* text, size_t* size) {
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char c = *at_++;
    if (c != 'u') {
      const size_t i = kNames.find(c);
      if (i == std::string_view::npos) return --at_, fail("an unknown escape");
      text[(*size)++] = kMeanings[i];
      return true;
    }
    uint32_t code = 0;
    if (!hex(&code)) return false;
    if (code >= 0xDC00 && code < 0xE000) return fail("an unpaired surrogate");
    if (code >= 0xD800 && code < 0xDC00) {
      uint32_t low = 0;
      if (!take('\\') || !take('u')) return fail("an unpaired surrogate");
      if (!hex(&low)) return false;
      if (low < 0xDC00 || low >= 0xE000) return fail("an unpaired surrogate");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(text, size, code);
    return true;
  }

  bool hex(uint32_t* out) {
    for (int i = 0; i < 4; ++i) {
      const char c = at_ != end_ ? *at_ : '\0';
      uint32_t digit = 0;
      if (c >= '0' && c <= '9') {
        digit = static_cast<uint32_t>(c - '0');
      } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
        digit = static_cast<uint32_t>((c | 0x20) - 'a') + 10;
      } else {
        return fail("no four hexadecimal digits after \\u");
      }
      *out = *out << 4 | digit;
      ++at_;
    }
    return true;
  }

  static void append_utf8(char* text, size_t* size, uint32_t code) {
    const auto put = [&](uint32_t byte) { text[(*size)++] = static_cast<char>(byte); };
    if (code < 0x80) {
      put(code);
      return;
    }
    if (code < 0x800) {
      put(0xC0 | code >> 6);
    } else if (code < 0x10000) {
      put(0xE0 | code >> 12);
      put(0x80 | (code >> 6 & 0x3F));
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
      put(0x80 | (code >> 6 & 0x3F));
    }
    put(0x80 | (code & 0x3F));
  }

  Builder& builder_;
  const char* begin_;
  const char* at_;
  const char* end_;
  JsonError error_;
};

}  // namespace cex::bench

#endif  // CEX_BENCH_PROGRAMS_JSON_PARSER_H_
