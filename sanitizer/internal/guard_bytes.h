// Guard bytes: what the checks put around a block, and finding out that they were written to.
//
//     | guard bytes | bytes … | guard bytes |
//
// Only in CEX_TEST builds. Nothing here locks: who calls has the block to itself.
#ifndef CEX_SANITIZER_INTERNAL_GUARD_BYTES_H_
#define CEX_SANITIZER_INTERNAL_GUARD_BYTES_H_

#include <string.h>

#include "cex/report.h"
#include "cex/sanitizer.h"
#include "cex/sanitizer/internal/guarded_blocks.h"
#include "cex/sanitizer/internal/text.h"

namespace cex::detail {

// What is known of a block.
struct GuardedBlock {
  enum class State : uint8_t {
    kLive,
    kQuarantined,  // freed; its memory is kept
    kGone,         // freed; its memory was returned
  };

  char* p;
  size_t size;
  size_t align;
  char* memory;      // as it came from the source
  size_t whole;      // bytes of that
  const char* name;  // of its allocator
  const BlockSource* source;
  void* context;
  Site made;
  Site freed;
  uint64_t number;
  uint64_t allocator;      // the number of that
  uint64_t list;           // and of the list it is in
  uint32_t depth;          // of the scope that the list belongs to
  Site opened;             // the same
  const RoomWatch* watch;  // of room in it, at the end of its scope; or null
  const void* room_owner;
  const char* special;  // what it is, where it can't be freed like others; or null
  State state;
  bool is_counted;
  bool went_with_scope;
  bool is_on_stack;     // AddressSanitizer must not see poison there: the bytes are overwritten
  GuardedBlock* older;  // in the list
  GuardedBlock* newer;
};

// "24 bytes, allocated at a.cc:3, freed at a.cc:9".
Text facts_of(const GuardedBlock& block);

// Whether blocks from `source` have guard bytes of ours.
bool has_guards(const BlockSource* source);

// Where a block lies in its memory. In memory of the C library its address has no more
// alignment than was asked for, so that asking for too little shows.
char* place(const BlockSource* source, char* memory, size_t align);

// What to ask the source for: the alignment, and the bytes; 0: more than there can be.
size_t take_align(const BlockSource* source, size_t align);
size_t whole_bytes(const BlockSource* source, size_t size, size_t align);

// Poisons bytes of the block's memory.
void poison(const GuardedBlock& block, char* p, size_t size);
void poison_guards(const GuardedBlock& block);

// Fills bytes that were allocated, and not yet written.
void make_fresh(char* p, size_t size);

// Whether the `size` bytes at `p`, all poisoned by cex, still are, as far as a check can tell.
// AddressSanitizer removes poison from the stack by itself, so lost poison means nothing there.
bool is_poison_intact(const char* p, size_t size);

// Whether something was written to that should not have been, and what.
bool find_damage(const GuardedBlock& block, Text* damage);

// Ends the program with a report where find_damage() finds something.
void verify(const GuardedBlock& block);

inline uintptr_t address(const void* p) { return reinterpret_cast<uintptr_t>(p); }
inline size_t distance(const char* from, const char* to) { return static_cast<size_t>(to - from); }

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_GUARD_BYTES_H_
