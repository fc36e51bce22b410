// Writing text to a file descriptor, with what the formats want escaped.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_OUTPUT_H_
#define CEX_EXAMPLES_INCLUDE_MAP_OUTPUT_H_

#include <stddef.h>
#include <stdint.h>

#include <string_view>

namespace include_map {

// A buffered writer over a buffer of the caller's. The first error stays: what
// is put after it goes nowhere, and finish() tells.
class Output {
 public:
  Output(int fd, char* buffer, size_t capacity) : fd_(fd), buffer_(buffer), capacity_(capacity) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  Output& put(std::string_view text);
  Output& put(uint64_t number);

  // Right-aligned.
  Output& put_padded(uint64_t number, size_t width);

  // A name for people: control characters and bytes that are no UTF-8 as \xNN, a
  // newline as \n, so that it stays on its line and does nothing to a terminal.
  Output& put_name(std::string_view name);

  // A JSON string, quotes included. JSON has no way to write a byte that is no
  // UTF-8: it becomes the four characters \xNN, here with the backslash doubled.
  Output& put_json(std::string_view text);

  // A label of Graphviz, quotes included: put_name(), and what Graphviz would
  // take for an escape or an HTML entity, escaped.
  Output& put_dot(std::string_view name);

  // Writes what is left. Returns 0, or the errno of the first write that failed.
  int finish();

 private:
  void put_hex(unsigned char byte);

  int fd_;
  char* buffer_;
  size_t capacity_;
  size_t used_ = 0;
  int error_ = 0;
};

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_OUTPUT_H_
