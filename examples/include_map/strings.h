// Strings as this program keeps them: std::string_views of bytes in an allocator's
// memory, with a NUL behind, so that data() will do where the system wants a path.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_STRINGS_H_
#define CEX_EXAMPLES_INCLUDE_MAP_STRINGS_H_

#include <string_view>

#include "cex/allocator.h"

namespace include_map {

// Room for `size` characters. Where there is no memory, this and the two below end the program
// with a message, as the plain forms of arr$ and hm$ do.
char* new_chars(size_t size, IAllocator a);

// A copy of `s`.
std::string_view copy_string(std::string_view s, IAllocator a);

// `directory`, a slash where it doesn't end in one, and `name`.
std::string_view join_path(std::string_view directory, std::string_view name, IAllocator a);

// What follows the last slash.
constexpr std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_STRINGS_H_
