#include "examples/include_map/problems.h"

#include <unistd.h>

#include "examples/include_map/output.h"
#include "examples/include_map/strings.h"

namespace include_map {

void add_problem(Problems& problems, std::string_view path, std::string_view message) {
  complain(path, message);
  arr$push(problems.list, copy_string(path, problems.allocator),
           copy_string(message, problems.allocator));
}

void complain(std::string_view path, std::string_view message) {
  char buffer[1024];
  Output err(STDERR_FILENO, buffer, sizeof(buffer));
  err.put("include_map: ").put_name(path).put(": ").put(message).put("\n").finish();
}

}  // namespace include_map
