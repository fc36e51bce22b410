// What the registers of CEX_TEST have in common, mem$'s and a PmrAllocator's: blocks by their
// address, and what a report says of one.
#ifndef CEX_ALLOCATOR_INTERNAL_BLOCK_REGISTER_H_
#define CEX_ALLOCATOR_INTERNAL_BLOCK_REGISTER_H_

#ifdef CEX_TEST

#include <stdio.h>
#include <string.h>

#include "cex/allocator/internal/block.h"
#include "cex/report.h"
#include "cex/site.h"

namespace cex::detail {

// Facts about a block for a report.
struct RegisterFacts {
  char text[1200];  // with two long paths
};

inline void add_site(RegisterFacts* facts, const char* verb, Site site) {
  const size_t used = strlen(facts->text);
  char* const end = facts->text + used;
  const size_t room = sizeof(facts->text) - used;
  if (site.file != nullptr) {
    snprintf(end, room, ", %s at %s:%d", verb, site.file, site.line);
  } else {
    snprintf(end, room, ", %s at an unknown line", verb);
  }
}

inline RegisterFacts facts_of(size_t size, Site made) {
  RegisterFacts facts;
  snprintf(facts.text, sizeof(facts.text), "%zu bytes", size);
  add_site(&facts, "allocated", made);
  return facts;
}

template <typename Record>
RegisterFacts facts_of(const Record& record) {
  RegisterFacts facts = facts_of(record.size, record.made);
  if (record.is_freed) add_site(&facts, "freed", record.freed);
  return facts;
}

// The live block at `p`, or a report of what `call` was given instead; `why_not` is what to
// say of a pointer that lies in no block.
template <typename Blocks>
typename Blocks::iterator find_live(Blocks& blocks, const void* p, const char* call,
                                    const char* why_not) {
  const char* const c = static_cast<const char*>(p);
  const auto it = blocks.find(c);
  if (it != blocks.end()) {
    if (!it->second.is_freed) return it;
    die_here("double free: %s of a block that was freed before, %p\n    the block: %s", call, p,
             facts_of(it->second).text);
  }
  auto below = blocks.upper_bound(c);
  if (below != blocks.begin()) {
    --below;
    const size_t offset = address(c) - address(below->first);
    if (offset < below->second.size) {
      die_here(
          "%s of a pointer into the middle of a block: %p is %zu bytes behind its start\n"
          "    the block: %s",
          call, p, offset, facts_of(below->second).text);
    }
  }
  die_here("%s of a pointer that this allocator does not own: %p\n    %s", call, p, why_not);
}

}  // namespace cex::detail

#endif

#endif  // CEX_ALLOCATOR_INTERNAL_BLOCK_REGISTER_H_
