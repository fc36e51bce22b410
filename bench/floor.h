// The floor: the least code that could do the work, written by hand, without an
// interface, pages, checks or statistics. What the allocators are held against.
//
// A benchmark must let the address of the floor escape (keep(&floor)):
// an arena that somebody hands around has its cursor in memory, and so does this.
#ifndef CEX_BENCH_FLOOR_H_
#define CEX_BENCH_FLOOR_H_

#include <stddef.h>
#include <stdint.h>

namespace cex::bench {

// Bumps a pointer through one buffer; each block has its size in front of it.
class FloorArena {
 public:
  FloorArena(char* buffer, size_t size)
      : begin_(buffer + 16), cursor_(begin_), end_(buffer + size) {}

  void* alloc(size_t size) {
    char* const block = cursor_;
    char* const next = block + ((size + 8 + 15) & ~size_t{15});
    if (next > end_) [[unlikely]]
      return nullptr;
    reinterpret_cast<size_t*>(block)[-1] = size;
    cursor_ = next;
    return block;
  }

  char* mark() const { return cursor_; }
  void rewind(char* mark) {
    // Or a compiler that sees the mark unchanged leaves an empty scope out altogether.
    asm volatile("" : "+r"(mark));
    cursor_ = mark;
  }
  void reset() { cursor_ = begin_; }

 private:
  char* begin_;
  char* cursor_;
  char* end_;
};

}  // namespace cex::bench

#endif  // CEX_BENCH_FLOOR_H_
