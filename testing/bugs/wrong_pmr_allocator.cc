// Two resources, and a block goes back to the one that it is not from.
#include <memory_resource>

#include "cex/pmr.h"
#include "testing/bugs/program.h"

PROGRAM(wrong_pmr_allocator) {
  std::pmr::monotonic_buffer_resource frames;
  std::pmr::monotonic_buffer_resource sounds;
  const cex::PmrAllocator for_frames(&frames);
  const cex::PmrAllocator for_sounds(&sounds);
  char* p = mem$malloc(for_frames.allocator(), 100);
  mem$free(bug ? for_sounds.allocator() : for_frames.allocator(), p);  // BUG
}
