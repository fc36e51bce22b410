#include "trace/internal/json_out.h"

#include <errno.h>
#include <inttypes.h>

namespace cex::detail {
namespace {

// The length of the UTF-8 sequence that `text` begins with; 0: it begins with none.
size_t utf8_length(std::string_view text) {
  const auto byte = [text](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto continues = [&byte](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first < 0xF0) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first < 0xF5) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool too_large = first == 0xF4 && byte(1) >= 0x90;
    return continues(1) && continues(2) && continues(3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

}  // namespace

JsonOut& JsonOut::put(std::string_view text) {
  if (error_ != 0 || text.empty()) return *this;
  errno = 0;
  if (fwrite(text.data(), 1, text.size(), file_) != text.size()) error_ = errno != 0 ? errno : EIO;
  return *this;
}

JsonOut& JsonOut::put(uint64_t number) {
  char text[24];
  const int size = snprintf(text, sizeof(text), "%" PRIu64, number);
  return put({text, static_cast<size_t>(size)});
}

JsonOut& JsonOut::put_time(uint64_t nanoseconds) {
  char text[32];
  const int size = snprintf(text, sizeof(text), "%" PRIu64 ".%03u", nanoseconds / 1000,
                            static_cast<unsigned>(nanoseconds % 1000));
  return put({text, static_cast<size_t>(size)});
}

JsonOut& JsonOut::put_string(std::string_view text) {
  put("\"");
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    char escaped[8];
    if (length == 0) {
      snprintf(escaped, sizeof(escaped), "\\\\x%02x", first);
      put(escaped);
    } else if (first < 0x20 || first == '<' || first == 0x7F) {
      snprintf(escaped, sizeof(escaped), "\\u%04x", first);
      put(escaped);
    } else if (first == '"' || first == '\\') {
      put("\\").put(text.substr(0, 1));
    } else {
      put(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return put("\"");
}

JsonOut& JsonOut::item() {
  if (needs_comma_) put(",");
  needs_comma_ = true;
  return *this;
}

JsonOut& JsonOut::key(std::string_view name) {
  item();
  put_string(name);
  return put(":");
}

JsonOut& JsonOut::open(char bracket) {
  needs_comma_ = false;
  return put({&bracket, 1});
}

JsonOut& JsonOut::close(char bracket) {
  needs_comma_ = true;
  return put({&bracket, 1});
}

bool JsonOut::finish() {
  if (error_ == 0) {
    errno = 0;
    if (fflush(file_) != 0) error_ = errno != 0 ? errno : EIO;
  }
  if (error_ != 0) errno = error_;
  return error_ == 0;
}

}  // namespace cex::detail
