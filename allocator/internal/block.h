// How a block lies in its page, in each kind of build.
//
//   release         | size | bytes …            | size | bytes …
//   poison          | ···· size | bytes … | ···· | ···· size | bytes …
//   CEX_TEST        | BlockHeader ···· | bytes … | ···· | BlockHeader ···· | …
//
// `····` is poisoned, and so is every record: AddressSanitizer, MemorySanitizer
// or Valgrind report a touch at once, and with none of them the pattern of
// poison() is compared later. A block's bytes begin at a multiple of 16, its
// record ends where they begin, and kBack poisoned bytes follow them.
#ifndef CEX_ALLOCATOR_INTERNAL_BLOCK_H_
#define CEX_ALLOCATOR_INTERNAL_BLOCK_H_

#include "cex/allocator/internal/bump_head.h"
#include "cex/sanitizer/internal/shadow_access.h"
#include "cex/site.h"

namespace cex::detail {

#ifdef CEX_TEST
struct BlockHeader {
  uint64_t magic;  // kLiveBlock or kFreedBlock, mixed with all of the record: see seal()
  size_t size;
  BlockHeader* older;  // the block made before it in this arena
  Page* page;
  Site site;       // who made it, or resized it last
  uint32_t depth;  // how many scopes were open then
  uint32_t align;
  unsigned char guard[24];  // poisoned
};
inline constexpr uint64_t kLiveBlock = 0xcea1'11fe'b10c'0001;
inline constexpr uint64_t kFreedBlock = 0xcea1'dead'b10c'0002;
inline constexpr size_t kFront = sizeof(BlockHeader);
inline constexpr size_t kBack = 16;
#else
struct BlockHeader {
  size_t size;
};
inline constexpr size_t kFront = kChecker == Checker::kNone ? kSizeBytes : 16;
inline constexpr size_t kBack = kChecker == Checker::kNone ? 0 : 16;
#endif
static_assert(kFront == kSizeBytes || kFront % kDefaultAlign == 0);

inline uintptr_t address(const volatile void* p) { return reinterpret_cast<uintptr_t>(p); }

constexpr uintptr_t round_up(uintptr_t n, size_t align) { return (n + align - 1) & ~(align - 1); }

// Where the bytes of the block after this one may begin: no sum here overflows,
// since a size is at most PTRDIFF_MAX and an address far below it.
inline uintptr_t next_block(const char* block, size_t size) {
  return round_up(address(block) + size + kBack + kFront, kDefaultAlign);
}

inline BlockHeader* header_of(const void* block) {
  return reinterpret_cast<BlockHeader*>(const_cast<char*>(static_cast<const char*>(block)) -
                                        sizeof(BlockHeader));
}

inline size_t block_size(const void* block) { return read_hidden<size_t>(&header_of(block)->size); }

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_INTERNAL_BLOCK_H_
