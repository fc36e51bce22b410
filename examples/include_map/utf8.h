// Which bytes of a file name are text. Pure, no allocation.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_UTF8_H_
#define CEX_EXAMPLES_INCLUDE_MAP_UTF8_H_

#include <stddef.h>

#include <string_view>

namespace include_map {

// The length of the UTF-8 sequence that `text` begins with, or 0 where it begins
// with something else: a stray or overlong sequence, a surrogate, no bytes at all.
constexpr size_t utf8_length(std::string_view text) {
  const auto byte = [text](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [byte](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  if (text.empty()) return 0;
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return follows(1) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_UTF8_H_
