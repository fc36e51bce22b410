#include "examples/include_map/strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace include_map {

char* new_chars(size_t size, IAllocator a) {
  char* const chars = mem$malloc(a, size, 1);
  if (chars == nullptr) {
    fputs("include_map: out of memory\n", stderr);
    exit(1);
  }
  return chars;
}

namespace {

// Returns where the next piece goes.
char* append(char* out, std::string_view s) {
  if (!s.empty()) memcpy(out, s.data(), s.size());
  return out + s.size();
}

}  // namespace

std::string_view copy_string(std::string_view s, IAllocator a) {
  char* const chars = new_chars(s.size() + 1, a);
  *append(chars, s) = '\0';
  return {chars, s.size()};
}

std::string_view join_path(std::string_view directory, std::string_view name, IAllocator a) {
  const std::string_view slash = directory.ends_with('/') ? "" : "/";
  const size_t size = directory.size() + slash.size() + name.size();
  char* const chars = new_chars(size + 1, a);
  *append(append(append(chars, directory), slash), name) = '\0';
  return {chars, size};
}

}  // namespace include_map
