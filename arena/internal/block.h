// How a block lies in its page.
//
//   release            | size | bytes …            | size | bytes …
//   under a checker    | ···· size | bytes … | ···· | ···· size | bytes …
//
// `····` is poisoned, and so is the size: AddressSanitizer, MemorySanitizer or Valgrind
// report a touch at once. A block's bytes begin at a multiple of the default alignment.
#ifndef CEX_ARENA_INTERNAL_BLOCK_H_
#define CEX_ARENA_INTERNAL_BLOCK_H_

#include "cex/allocator/internal/bump_window.h"
#include "cex/sanitizer/internal/shadow_access.h"

namespace cex::detail {

inline constexpr size_t kFront = kChecker == Checker::kNone ? kSizeBytes : 16;
inline constexpr size_t kBack = kChecker == Checker::kNone ? 0 : 16;

// Bits above a size. A block that has its page for itself:
inline constexpr size_t kLargeBit = ~(SIZE_MAX >> 1);
// How many units of the default alignment were skipped before a block that is aligned to more,
// so that freeing it leaves no gap: 0 to 3, or 7. Only where no size needs these bits.
inline constexpr size_t kGaps = kMaxAlign / kDefaultAlign;
inline constexpr size_t kGapUnit = kLargeBit / kGaps;
inline constexpr size_t kGapBits = sizeof(size_t) < 8 ? 0 : (kGaps - 1) * kGapUnit;

// Whether freed blocks are used again: where sizes have bits left to say that a block is free,
// and that it has more room than its size. Not in the fixed buffers of CEX_TEST, where what is
// free has a pattern by which late writes are found.
inline constexpr bool kRecycles = sizeof(size_t) >= 8 && kChecker != Checker::kPattern;
inline constexpr size_t kFreeBit = kRecycles ? kGapUnit >> 1 : 0;
inline constexpr size_t kRoomyBit = kRecycles ? kGapUnit >> 2 : 0;
inline constexpr size_t kBits = kLargeBit | kGapBits | kFreeBit | kRoomyBit;

inline uintptr_t address(const volatile void* p) { return reinterpret_cast<uintptr_t>(p); }

constexpr uintptr_t round_up(uintptr_t n, size_t align) { return (n + align - 1) & ~(align - 1); }

// Where the bytes of the block after this one may begin. A size is at most PTRDIFF_MAX, so that
// only a sum of 32 bits may overflow, and is below `block` then: see is_within().
inline uintptr_t next_block(const char* block, size_t size) {
  return round_up(address(block) + size + kBack + kFront, kDefaultAlign);
}

inline size_t* size_field(const char* block) {
  return reinterpret_cast<size_t*>(const_cast<char*>(block - kSizeBytes));
}

inline size_t read_size(const char* block) { return read_hidden<size_t>(size_field(block)); }
inline size_t block_bits(const char* block) { return read_size(block) & (kLargeBit | kGapBits); }
inline size_t block_size(const char* block) { return read_size(block) & ~kBits; }
inline bool is_free(const char* block) { return (read_size(block) & kFreeBit) != 0; }
inline bool is_large_block(const char* block) { return (read_size(block) & kLargeBit) != 0; }

// Where the gap before a block begins; the block itself if there is none.
inline char* gap_of(char* block) {
  return block - (read_size(block) & kGapBits) / kGapUnit * kDefaultAlign;
}

// The size changes, or is set for the first time, with the bits above it.
inline void write_size(char* block, size_t size, size_t bits) {
  write_hidden(size_field(block), size | bits);
}

// Where a block with more room than its size says how much: where the next block would have
// its size, if this one had no more room.
inline size_t* room_field(const char* block, size_t size) {
  return size_field(reinterpret_cast<const char*>(next_block(block, size)));
}

// How many bytes a block may have where it is.
inline size_t block_room(const char* block) {
  const size_t size = block_size(block);
  const bool has_more = (read_size(block) & kRoomyBit) != 0;
  return has_more ? read_hidden<size_t>(room_field(block, size)) : size;
}

// write_size() of a block with room for `room` bytes.
inline void write_size(char* block, size_t size, size_t room, size_t bits) {
  const bool has_more = kRecycles && next_block(block, size) < next_block(block, room);
  write_size(block, size, has_more ? bits | kRoomyBit : bits);
  if (has_more) write_hidden(room_field(block, size), room);
}

}  // namespace cex::detail

#endif  // CEX_ARENA_INTERNAL_BLOCK_H_
