#include "examples/include_map/output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "examples/include_map/utf8.h"

namespace include_map {
namespace {

constexpr bool is_control(std::string_view piece) {
  const auto c = static_cast<unsigned char>(piece.front());
  return c < 0x20 || c == 0x7F;
}

// Calls `put_piece(piece, is_text)` for each UTF-8 sequence, and each byte that is
// part of none.
template <typename PutPiece>
void for_each_piece(std::string_view text, PutPiece put_piece) {
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    const std::string_view piece = text.substr(0, std::max<size_t>(length, 1));
    put_piece(piece, length != 0);
    text.remove_prefix(piece.size());
  }
}

}  // namespace

Output& Output::put(std::string_view text) {
  while (!text.empty()) {
    if (used_ == capacity_) finish();
    const size_t size = std::min(text.size(), capacity_ - used_);
    memcpy(buffer_ + used_, text.data(), size);
    used_ += size;
    text.remove_prefix(size);
  }
  return *this;
}

Output& Output::put(uint64_t number) { return put_padded(number, 0); }

Output& Output::put_padded(uint64_t number, size_t width) {
  char digits[20];
  const std::to_chars_result result = std::to_chars(digits, digits + sizeof(digits), number);
  const auto size = static_cast<size_t>(result.ptr - digits);
  for (size_t i = size; i < width; ++i) put(" ");
  return put({digits, size});
}

void Output::put_hex(unsigned char byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  const char hex[] = {kDigits[byte >> 4], kDigits[byte & 15]};
  put({hex, sizeof(hex)});
}

Output& Output::put_name(std::string_view name) {
  for_each_piece(name, [this](std::string_view piece, bool is_text) {
    if (piece == "\n") {
      put("\\n");
    } else if (!is_text || is_control(piece)) {
      put("\\x").put_hex(static_cast<unsigned char>(piece.front()));
    } else {
      put(piece);
    }
  });
  return *this;
}

Output& Output::put_json(std::string_view text) {
  put("\"");
  for_each_piece(text, [this](std::string_view piece, bool is_text) {
    if (piece == "\"" || piece == "\\") {
      put("\\").put(piece);
    } else if (!is_text) {
      put("\\\\x").put_hex(static_cast<unsigned char>(piece.front()));
    } else if (is_control(piece)) {
      put("\\u00").put_hex(static_cast<unsigned char>(piece.front()));
    } else {
      put(piece);
    }
  });
  return put("\"");
}

Output& Output::put_dot(std::string_view name) {
  put("\"");
  for_each_piece(name, [this](std::string_view piece, bool is_text) {
    if (piece == "\"") {
      put("\\\"");
    } else if (piece == "\\") {
      put("\\\\");
    } else if (piece == "&") {
      put("&amp;");
    } else if (piece == "\n") {
      put("\\\\n");
    } else if (!is_text || is_control(piece)) {
      put("\\\\x").put_hex(static_cast<unsigned char>(piece.front()));
    } else {
      put(piece);
    }
  });
  return put("\"");
}

int Output::finish() {
  std::string_view rest(buffer_, used_);
  used_ = 0;
  while (error_ == 0 && !rest.empty()) {
    const ssize_t written = write(fd_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  return error_;
}

}  // namespace include_map
