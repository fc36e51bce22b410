// What leak checks ask of the registry. Only in CEX_TEST builds; thread-safe.
#ifndef CEX_SANITIZER_INTERNAL_BLOCK_LEAKS_H_
#define CEX_SANITIZER_INTERNAL_BLOCK_LEAKS_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/site.h"

namespace cex::detail {

// The number that the next block will have: blocks made from now on have it or a
// greater one.
uint64_t next_block_number();

// Blocks with numbers from `from` up to `to` are no leaks. Returns what end_allowed() takes.
size_t begin_allowed(uint64_t from);
void end_allowed(size_t index, uint64_t to);

// The counted blocks that are live, have the number `from` or a greater one and are not
// allowed to stay: a line for each, oldest first, or for as many as a report has room for.
struct LeakText {
  char text[3000];
  size_t blocks;
  size_t bytes;
  Site oldest;  // who allocated it
};
LeakText describe_leaks(uint64_t from);

// Reports a write around any block, or to a quarantined one, whose memory is sure to be
// there. What has been quarantined longest is freed.
void verify_blocks();

// The same, but tells `found` of each such block and makes it whole again, so that it is
// told of once. `found` must not allocate through cex.
void take_block_damage(void (*found)(const char* text, void* context), void* context);

// A leak check has been made: the program looks for its leaks, and the one at exit is off.
void disable_exit_check();

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_BLOCK_LEAKS_H_
