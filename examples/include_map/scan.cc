#include "examples/include_map/scan.h"

#include <string.h>

#include <array>

namespace include_map {
namespace {

// What a byte can begin. One table look-up per byte is what makes a file of plain
// text go by quickly.
enum Class : uint8_t { kPlain, kWord, kDigit, kNewline, kLiteral, kSlash, kBackslash };

constexpr std::array<Class, 256> make_classes() {
  std::array<Class, 256> classes{};
  for (int c = 0; c < 256; ++c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    // Bytes of UTF-8 sequences count as letters, as compilers have them.
    if (is_letter || c == '_' || c == '$' || c >= 0x80) classes[static_cast<size_t>(c)] = kWord;
    if (c >= '0' && c <= '9') classes[static_cast<size_t>(c)] = kDigit;
  }
  classes['\n'] = kNewline;
  classes['"'] = kLiteral;
  classes['\''] = kLiteral;
  classes['/'] = kSlash;
  classes['\\'] = kBackslash;
  return classes;
}

constexpr std::array<Class, 256> kClasses = make_classes();

Class class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }
bool is_word(char c) { return class_of(c) == kWord || class_of(c) == kDigit; }

// Space within a line. Compilers take NUL for one; so must a count that agrees.
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' || c == '\0';
}

// What may stand between a backslash and the newline that it hides.
bool is_splice_space(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

// --help has them too.
constexpr std::string_view kExtensions =
    ".h .hh .hp .hpp .hxx .h++ .H .HPP .c .cc .cp .cpp .cxx .c++ .C .CPP "
    ".cppm .ixx .inc .inl .ipp .tcc .tpp .txx";

std::string_view without_byte_order_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

}  // namespace

Scanner::Scanner(std::string_view text) {
  text = without_byte_order_mark(text);
  at_ = text.data();
  end_ = text.data() + text.size();
}

bool Scanner::next(Directive* out) {
  while (at_ < end_) {
    if (at_line_start_) {
      at_line_start_ = false;
      skip_blank();
      if (skip_hash() && read_directive(out)) return true;
    }
    skip_rest_of_line();
  }
  return false;
}

// At what follows a '#'. A word that is another directive's is not consumed: it may
// be the prefix of a raw string.
bool Scanner::read_directive(Directive* out) {
  skip_blank();
  const char* const begin = at_;
  char word[16];
  size_t size = 0;
  do {
    for (; at_ < end_ && is_word(*at_); ++at_) {
      if (size < sizeof(word)) word[size++] = *at_;
    }
  } while (skip_splice());
  const std::string_view name(word, size);
  if (name != "include" && name != "include_next" && name != "import") {
    at_ = begin;
    return false;
  }
  out->is_next = name == "include_next";
  return read_operand(out);
}

bool Scanner::read_operand(Directive* out) {
  skip_blank();
  if (at_ == end_ || *at_ == '\n') return false;
  out->form = Form::kOther;
  out->spelling = {};
  if (*at_ == '<') {
    if (read_header_name('>', &out->spelling)) out->form = Form::kAngle;
  } else if (*at_ == '"') {
    if (read_header_name('"', &out->spelling)) out->form = Form::kQuote;
  }
  return true;
}

// At the opening character. Unless `closing` comes before the end of the line,
// nothing is consumed. Neither escapes nor comments mean anything in here.
bool Scanner::read_header_name(char closing, std::string_view* spelling) {
  const char* const opening = at_++;
  const char* const begin = at_;
  bool has_splice = false;
  size_t size = 0;
  for (;;) {
    if (skip_splice()) {
      has_splice = true;
      continue;
    }
    if (at_ == end_ || *at_ == '\n') {
      at_ = opening;
      return false;
    }
    const char c = *at_++;
    if (c == closing) break;
    if (size < kMaxSpelling) joined_[size] = c;
    ++size;
  }
  if (!has_splice) {
    *spelling = std::string_view(begin, size);
  } else {
    *spelling = std::string_view(joined_, size <= kMaxSpelling ? size : 0);
  }
  return true;
}

// '#', or "%:", which means the same.
bool Scanner::skip_hash() {
  if (at_ == end_) return false;
  if (*at_ == '#') {
    ++at_;
    return true;
  }
  if (*at_ != '%') return false;
  ++at_;
  while (skip_splice()) {
  }
  if (at_ == end_ || *at_ != ':') return false;
  ++at_;
  return true;
}

// A backslash that joins this line with the next. As in GCC and in C++23, spaces
// after it don't matter.
bool Scanner::skip_splice() {
  if (at_ == end_ || *at_ != '\\') return false;
  const char* p = at_ + 1;
  while (p < end_ && is_splice_space(*p)) ++p;
  if (p < end_ && *p == '\r') ++p;
  if (p == end_ || *p != '\n') return false;
  at_ = p + 1;
  return true;
}

// At a '/'; consumes nothing unless it begins a comment.
bool Scanner::skip_comment() {
  const char* const slash = at_++;
  while (skip_splice()) {
  }
  if (at_ < end_ && *at_ == '/') {
    skip_line_comment();
    return true;
  }
  if (at_ < end_ && *at_ == '*') {
    skip_block_comment();
    return true;
  }
  at_ = slash;
  return false;
}

// At the second '/'. Stops at the newline that ends the comment.
void Scanner::skip_line_comment() {
  const char* const begin = ++at_;
  while (at_ < end_) {
    const void* const found = memchr(at_, '\n', static_cast<size_t>(end_ - at_));
    if (found == nullptr) break;
    const char* const newline = static_cast<const char*>(found);
    const char* p = newline;
    if (p > begin && p[-1] == '\r') --p;
    while (p > begin && is_splice_space(p[-1])) --p;
    if (p == begin || p[-1] != '\\') {
      at_ = newline;
      return;
    }
    at_ = newline + 1;
  }
  at_ = end_;
}

// At the '*' that opens.
void Scanner::skip_block_comment() {
  ++at_;
  while (at_ < end_) {
    const void* const found = memchr(at_, '*', static_cast<size_t>(end_ - at_));
    if (found == nullptr) break;
    at_ = static_cast<const char*>(found) + 1;
    while (skip_splice()) {
    }
    if (at_ < end_ && *at_ == '/') {
      ++at_;
      return;
    }
  }
  at_ = end_;
}

void Scanner::skip_blank() {
  while (at_ < end_) {
    if (is_blank(*at_)) {
      ++at_;
    } else if (*at_ == '/') {
      if (!skip_comment()) return;
    } else if (!skip_splice()) {
      return;
    }
  }
}

// Through the newline, or through all lines that comments, raw strings and
// backslashes make one of.
void Scanner::skip_rest_of_line() {
  while (at_ < end_) {
    switch (class_of(*at_)) {
      case kPlain:
        ++at_;
        break;
      case kWord:
        skip_identifier();
        break;
      case kDigit:
        skip_number();
        break;
      case kNewline:
        ++at_;
        at_line_start_ = true;
        return;
      case kLiteral:
        skip_literal();
        break;
      case kSlash:
        if (!skip_comment()) ++at_;
        break;
      case kBackslash:
        if (!skip_splice()) ++at_;
        break;
    }
  }
}

// And the raw string literal that it turns out to be the prefix of.
void Scanner::skip_identifier() {
  const char* const begin = at_;
  while (at_ < end_ && is_word(*at_)) ++at_;
  if (at_ == end_ || (*at_ != '"' && *at_ != '\\')) return;
  at_ = begin;
  char prefix[4];
  size_t size = 0;
  do {
    for (; at_ < end_ && is_word(*at_); ++at_) {
      if (size < sizeof(prefix)) prefix[size++] = *at_;
    }
  } while (skip_splice());
  if (at_ == end_ || *at_ != '"') return;
  const std::string_view name(prefix, size);
  if (name == "R" || name == "LR" || name == "uR" || name == "UR" || name == "u8R") {
    skip_raw_string();
  }
}

// A number is known for its digit separators, which are no quotes: 1'000'000.
void Scanner::skip_number() {
  while (at_ < end_) {
    if (is_word(*at_) || *at_ == '.') {
      ++at_;
    } else if (*at_ == '\'') {
      const char* const separator = at_++;
      while (skip_splice()) {
      }
      if (at_ == end_ || !is_word(*at_)) {
        at_ = separator;
        return;
      }
    } else if (!skip_splice()) {
      return;
    }
  }
}

// A literal that doesn't end on its line ends with it, as lone apostrophes in the
// text of #error and #if 0 do.
void Scanner::skip_literal() {
  const char quote = *at_++;
  while (at_ < end_) {
    const char c = *at_;
    if (c == '\n') return;
    if (c != '\\') {
      ++at_;
      if (c == quote) return;
    } else if (!skip_splice()) {
      ++at_;
      while (skip_splice()) {
      }
      if (at_ < end_ && *at_ != '\n') ++at_;
    }
  }
}

// At the '"'. A backslash is a backslash in here, and lines stay apart.
void Scanner::skip_raw_string() {
  constexpr size_t kMaxDelimiter = 16;
  const char* p = at_ + 1;
  const auto is_delimiter = [](char c) {
    return !is_splice_space(c) && c != '(' && c != ')' && c != '\\' && c != '\n' && c != '"';
  };
  while (p < end_ && static_cast<size_t>(p - at_) <= kMaxDelimiter && is_delimiter(*p)) ++p;
  if (p == end_ || *p != '(') {
    skip_literal();
    return;
  }
  const std::string_view delimiter(at_ + 1, static_cast<size_t>(p - at_) - 1);
  for (at_ = p + 1; at_ < end_;) {
    const void* const found = memchr(at_, ')', static_cast<size_t>(end_ - at_));
    if (found == nullptr) break;
    at_ = static_cast<const char*>(found) + 1;
    const std::string_view rest(at_, static_cast<size_t>(end_ - at_));
    if (rest.starts_with(delimiter) && rest.substr(delimiter.size()).starts_with('"')) {
      at_ += delimiter.size() + 1;
      return;
    }
  }
  at_ = end_;
}

NameKind kind_of_name(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return NameKind::kUnknown;
  const std::string_view extension = name.substr(dot);
  std::string_view rest = kExtensions;
  for (;;) {
    const size_t space = rest.find(' ');
    if (extension == rest.substr(0, space)) return NameKind::kSource;
    if (space == std::string_view::npos) return NameKind::kOther;
    rest.remove_prefix(space + 1);
  }
}

bool looks_like_header(std::string_view head) {
  head = without_byte_order_mark(head.substr(0, kHeadBytes));
  while (!head.empty() && (is_blank(head.front()) || head.front() == '\n')) head.remove_prefix(1);
  if (head.starts_with("//") || head.starts_with("/*")) return true;
  if (!head.starts_with('#')) return false;
  head.remove_prefix(1);
  while (!head.empty() && is_blank(head.front())) head.remove_prefix(1);
  size_t size = 0;
  while (size < head.size() && is_word(head[size])) ++size;
  const std::string_view word = head.substr(0, size);
  for (const std::string_view directive :
       {"define", "error", "if", "ifdef", "ifndef", "import", "include", "include_next", "line",
        "pragma", "undef", "warning"}) {
    if (word == directive) return true;
  }
  return false;
}

}  // namespace include_map
