// A vector over a scope, and one more element behind the scope's end.
#include <memory_resource>
#include <optional>
#include <vector>

#include "cex/arena.h"
#include "cex/pmr.h"
#include "testing/bugs/program.h"

PROGRAM(pmr_vector_after_scope) {
  mem$arena(4096, arena) {
    std::optional<cex::PmrResource> resource;
    std::optional<std::pmr::vector<int>> numbers;
    mem$scope(arena, scratch) {
      resource.emplace(bug ? scratch : arena, cex::Site::current());  // FOUND
      numbers.emplace(&*resource);
      numbers->push_back(1);
    }
    numbers->push_back(2);  // BUG
  }
}
