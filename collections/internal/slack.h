// Room that no element has, watched: CEX_TEST only.
//
// The elements between an array's length and its capacity, and the entries of a map that were
// deleted or never set, are not to be touched. Where the block is a heap block of
// AddressSanitizer's, that is told, and reports the access itself, as Valgrind does of
// blocks of mem$. Elsewhere (a block is a part of what an allocator will use again, without
// having been told by us) they are filled with a pattern, and a write is found when they come
// into use, when the block changes its size, when it is freed, and when its scope ends.
//
// Of an array and of a hm$ a megabyte is watched, counted from the length that it had when its
// block was made or resized: it may have reserved more than there is memory. Of a hf$ all is.
#ifndef CEX_COLLECTIONS_INTERNAL_SLACK_H_
#define CEX_COLLECTIONS_INTERNAL_SLACK_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/allocator.h"
#ifdef CEX_TEST
#include "cex/sanitizer/internal/guarded_blocks.h"
#endif

namespace cex::detail {

#ifdef CEX_TEST
// Of one block. Offsets are in bytes from its first element.
class Slack {
 public:
  // Watches `elements`, which lie in `block`, from `used` up to `size`.
  void watch(IAllocator a, const void* block, void* elements, size_t used, size_t size);

  // The first byte of [from, to) that was written to, or null; also where the tool tells of that.
  const void* find_written(const void* elements, size_t from, size_t to) const;

  // Allows [from, to) to be used, and returns find_written() of it.
  const void* open(void* elements, size_t from, size_t to) const;
  // The same for all from `used` on, so that the block can be resized or freed.
  const void* open_all(void* elements, size_t used) const { return open(elements, used, end()); }

  // Forbids it again, as far as it is watched.
  void close(void* elements, size_t from, size_t to) const;

 private:
  size_t end() const { return static_cast<size_t>(state_ >> 1); }  // of what is watched
  bool is_by_tool() const { return (state_ & 1) != 0; }

  uint64_t state_ = 0;  // both of them
};
#endif

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_SLACK_H_
