// Scopes as members, closed in the order in which they were opened.
#include <optional>

#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(scopes_out_of_order) {
  mem$arena(4096, arena) {
    std::optional<cex::MemScope> request;
    std::optional<cex::MemScope> answer;
    request.emplace(arena, cex::Site::current());  // FOUND
    answer.emplace(arena, cex::Site::current());
    if (bug) {
      request.reset();  // BUG
      answer.reset();
    } else {
      answer.reset();
      request.reset();
    }
  }
}
