// What could not be read: said on stderr at once, and kept for the report.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_PROBLEMS_H_
#define CEX_EXAMPLES_INCLUDE_MAP_PROBLEMS_H_

#include <string_view>

#include "cex/collections.h"

namespace include_map {

struct Problem {
  std::string_view path;
  std::string_view message;
};

struct Problems {
  explicit Problems(IAllocator a) : allocator(a) { arr$new(list, a); }

  IAllocator allocator;
  arr$(Problem) list;
};

// Copies both strings into the list's allocator.
void add_problem(Problems& problems, std::string_view path, std::string_view message);

// One line on stderr: the program's name, `path`, `message`.
void complain(std::string_view path, std::string_view message);

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_PROBLEMS_H_
