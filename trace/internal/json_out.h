// JSON into a FILE, whose first error is kept.
#ifndef CEX_TRACE_INTERNAL_JSON_OUT_H_
#define CEX_TRACE_INTERNAL_JSON_OUT_H_

#include <stdint.h>
#include <stdio.h>

#include <string_view>

namespace cex::detail {

class JsonOut {
 public:
  explicit JsonOut(FILE* file) : file_(file) {}
  JsonOut(const JsonOut&) = delete;
  JsonOut& operator=(const JsonOut&) = delete;

  // As it is.
  JsonOut& put(std::string_view text);
  JsonOut& put(uint64_t number);

  // A string, quotes included, of which no part can end a <script>. A byte that is no
  // UTF-8 becomes the four characters \xNN.
  JsonOut& put_string(std::string_view text);

  // Nanoseconds as microseconds.
  JsonOut& put_time(uint64_t nanoseconds);

  // `"key":`, with a comma where something stands before it.
  JsonOut& key(std::string_view name);
  JsonOut& open(char bracket);
  JsonOut& close(char bracket);

  // A comma, but before the first item.
  JsonOut& item();

  // Flushes. False, and errno, if anything went wrong.
  bool finish();

 private:
  FILE* file_;
  bool needs_comma_ = false;
  int error_ = 0;
};

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_JSON_OUT_H_
