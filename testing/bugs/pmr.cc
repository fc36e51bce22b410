// Blocks that pass through the bridges to std::pmr.
#include <string.h>

#include <memory_resource>
#include <optional>
#include <vector>

#include "cex/arena.h"
#include "cex/pmr.h"
#include "testing/bugs/program.h"

// A block that a std::pmr resource gave, through the bridge.
PROGRAM(overflow_of_pmr_block) {
  std::pmr::monotonic_buffer_resource resource;
  const cex::PmrAllocator bridge(&resource);
  const IAllocator a = bridge.allocator();
  char* line = mem$malloc(a, 80);
  bugs::hide(line)[bug ? 80 : 79] = '\n';  // BUG
  mem$free(a, line);                       // FOUND
}

// As above, at the other end.
PROGRAM(underflow_of_pmr_block) {
  std::pmr::monotonic_buffer_resource resource;
  const cex::PmrAllocator bridge(&resource);
  const IAllocator a = bridge.allocator();
  char* line = mem$malloc(a, 80);
  bugs::hide(line)[bug ? -1 : 0] = '\n';  // BUG
  mem$free(a, line);                      // FOUND
}

// A block of a resource, written to after it was freed.
PROGRAM(write_after_free_of_pmr_block) {  // FOUND
  const cex::PmrAllocator bridge(std::pmr::new_delete_resource());
  const IAllocator a = bridge.allocator();
  char* p = mem$malloc(a, 100);
  char* late = bugs::hide(p);
  if (bug) mem$free(a, p);
  late[10] = 'x';  // BUG
  if (!bug) mem$free(a, p);
}

// Two resources, and a block goes back to the one that it is not from.
PROGRAM(wrong_pmr_allocator) {
  std::pmr::monotonic_buffer_resource frames;
  std::pmr::monotonic_buffer_resource sounds;
  const cex::PmrAllocator for_frames(&frames);
  const cex::PmrAllocator for_sounds(&sounds);
  char* p = mem$malloc(for_frames.allocator(), 100);
  mem$free(bug ? for_sounds.allocator() : for_frames.allocator(), p);  // BUG
}

// Vectors of a page's alignment, from a resource over an arena.
PROGRAM(overflow_of_over_aligned_block) {
  mem$arena(16384, arena) {
    cex::PmrResource resource(arena);  // FOUND
    void* p = resource.allocate(200, 128);
    memset(bugs::hide(p), 0, bug ? 201 : 200);  // BUG
    resource.deallocate(p, 200, 128);
  }
}

// A vector over a scope, and one more element behind the scope's end.
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
