// Guarded blocks: what every allocator of CEX_TEST gives out, and the registry of them all.
//
//     | guard bytes | bytes … | guard bytes |
//
// A block stands between guard bytes and is filled when it is fresh. One that is freed is
// quarantined where its memory is the checks' to keep, so that a late write is noticed. A
// registry apart from the blocks, which no stray write reaches, knows of any address
// whether it is a live block, a freed one, the middle of one, or none; and who allocated
// and freed it. Where a tool guards the C library's blocks itself (AddressSanitizer,
// Valgrind), blocks of the C library have no guard bytes and no quarantine but the tool's,
// so that the tool's reports are as good as without cex. Nor have blocks from a source whose
// pages can't be touched.
//
// All functions are thread-safe and end the program with the line of the call under way
// where they find misuse. Only in CEX_TEST builds.
#ifndef CEX_SANITIZER_INTERNAL_GUARDED_BLOCKS_H_
#define CEX_SANITIZER_INTERNAL_GUARDED_BLOCKS_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/site.h"

namespace cex::detail {

// Where the memory of blocks comes from.
struct BlockSource {
  void* (*take)(void* context, size_t bytes, size_t align);  // null where there is none
  void (*give)(void* context, void* p);
  // In place or elsewhere, as realloc; null: a block that grows is moved by the registry.
  void* (*resize)(void* context, void* p, size_t bytes, size_t align) = nullptr;
  bool is_libc = false;    // blocks of the C library
  bool is_kept = false;    // memory stays until it is returned: it may be quarantined
  bool has_pages = false;  // blocks stand between pages that can't be touched, also when freed
};

// malloc, aligned, and free.
extern const BlockSource kLibcBlocks;

// From now on blocks of the C library are taken from `source` where it has any.
void replace_libc_blocks(const BlockSource* source);

// What the blocks of an allocator come to. Bytes are what a release build would use.
struct BlockTotals {
  size_t live_bytes = 0;
  size_t peak_bytes = 0;
  size_t largest = 0;  // block ever made
  size_t made = 0;
  size_t freed = 0;
  uint64_t number = 0;  // of the allocator in the registry, once it has made a block
};

// The blocks of an allocator, or of one scope of an arena.
struct BlockList {
  const char* name;  // as a report calls it: "mem$", "an arena"
  const BlockSource* source;
  void* context;              // of the source
  BlockTotals* totals;        // of the allocator: its blocks may be freed through any list of it
  bool is_counted = false;    // in leak checks
  bool moves_always = false;  // also a block that shrinks
  Site opened = {};           // of a scope
  uint32_t depth = 0;         // of that
  uint64_t number = 0;        // in the registry, once it has had a block
};

// As the interface's functions, for requests that are valid.
void* guarded_malloc(BlockList* list, size_t size, size_t align);
void* guarded_malloc_from(BlockList* list, void* context, size_t size, size_t align);
void* guarded_realloc(BlockList* list, void* p, size_t size, size_t align);
void guarded_free(BlockList* list, void* p);

// The size of a live block of the list's allocator; reports a realloc of anything else.
size_t guarded_size(const BlockList* list, const void* p);

// Frees all blocks of a scope or an arena that ends.
void guarded_free_all(BlockList* list);

// Reports a write around any block of the list.
void guarded_verify(const BlockList* list);

// The blocks' memory is gone, whatever is there now.
void guarded_forget(BlockList* list);
void guarded_forget_range(const void* begin, const void* end);

// Whether `p` points into a live block of the allocator.
bool guarded_owns(const BlockTotals* allocator, const void* p);

// Room in a block that its owner watches for writes.
struct RoomWatch {
  const char* message;  // of a report: "write past the last element of an array"
  // The first byte of the room that was written to, or null. The registry is locked.
  const void* (*find_written)(const void* owner, const void* block);
};

// From now on the end of the block's scope, or of its arena, looks at the room in it. `owner` lies
// in a block that ends with it or later. Nothing happens where `p` is no block of exactly `size`
// bytes: then it is a part of one, which an allocator of the user's may give to others.
void guarded_watch(const void* p, size_t size, const RoomWatch* watch, const void* owner);

// From here on freeing the block at `p` is reported as the free of `what`; null: no longer.
void guarded_mark(const void* p, const char* what);

// The bytes that a release build takes from an arena for a block.
constexpr size_t plain_bytes(size_t size) {
  return (size + sizeof(size_t) + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

// A number that no block has: of something made now, whose blocks are to be as old as it is.
uint64_t take_block_number();

// While one lives, what the calling thread allocates has the number `number`, instead of
// one of its own: it belongs to something that was made then.
class AsOldAs {
 public:
  explicit AsOldAs(uint64_t number);
  ~AsOldAs();
  AsOldAs(const AsOldAs&) = delete;
  AsOldAs& operator=(const AsOldAs&) = delete;

 private:
  uint64_t before_;
};

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_GUARDED_BLOCKS_H_
