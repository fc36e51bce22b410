// The bump window: what an arena's scopes look like to the code of their callers.
//
// Each scope of an arena, a fixed buffer or tmem$ is a *level*, and each level is an
// allocator of its own. A level whose magic number is kLevelMagic begins like this:
//
//     byte   0  Allocator_i, the interface
//           64  cursor      where the next block's bytes begin, aligned to the default
//           72  inner       the level that a scope opened now would have; null: to be made
//           80  limit       the cursor may go up to here
//           88  head        what the levels of an arena share
//           96  own_head    of level 0, the arena itself
//          120  must_settle, depth          (bytes where a pointer has 8)
//
// so that mem_malloc() allocates inline and MemScope opens and closes levels inline. The
// limit says in which state a level is. Only the innermost one is open: its limit is the end of the
// window. One with a scope open inside is shut, one whose scope has ended is closed: odd limits,
// below every cursor, so that the one comparison that allocating makes fails. Opening a level
// hands the window on, and closing it hands it back:
//
//     outer: cursor … limit        outer: cursor … shut       outer: cursor … limit
//     inner: closed           →    inner: cursor … limit  →   inner: closed
//
// A scope ends inline if its level need not settle: it has no pages and no free blocks, and memory
// of a range need not be returned.
//
// The stores of MemScope are in an order in which those to one cache line follow each
// other: in another order they take up to half as long again. Neighboring fields don't change
// together: compilers merge such a pair into one vector store, and a load of one of them then waits
// for it.
//
// A block is its bytes with their size, a size_t, before them. The cursor is kept
// aligned for the bytes, so that nothing has to be aligned on the way.
//
// Builds with checks or poison have other magic numbers: there each call reaches the
// allocator. The layout is the same in all builds.
#ifndef CEX_ALLOCATOR_INTERNAL_BUMP_WINDOW_H_
#define CEX_ALLOCATOR_INTERNAL_BUMP_WINDOW_H_

#include <string.h>

#include "cex/interface.h"
#include "cex/sanitizer.h"
#include "cex/site.h"

namespace cex::detail {

// Magic numbers that one compare instruction can hold, on Arm too. The first two have their
// upper half in common: both open scopes inline, but the level between tmem$'s scopes
// allocates nothing.
inline constexpr uint32_t kLevelMagic = 0xce'a000;
inline constexpr uint32_t kTempMagic = 0xce'b000;
constexpr bool has_inline_scopes(uint32_t magic) { return magic >> 16 == kLevelMagic >> 16; }
// An arena without inline code: the library was built for a checker.
inline constexpr uint32_t kPoisonedLevelMagic = 0xce1'a000;
// The arena of CEX_TEST.
inline constexpr uint32_t kCheckedLevelMagic = 0xce1'b000;

inline constexpr size_t kDefaultAlign = alignof(max_align_t);
inline constexpr size_t kMaxAlign = 64;

// Whether this object works on windows inline: not where it is to be small.
#ifdef __OPTIMIZE_SIZE__
inline constexpr bool kInlineBump = false;
#else
inline constexpr bool kInlineBump = kChecker == Checker::kNone;
#endif

// Requests from here on go through the function pointer: where addresses have 64 bits, a
// cursor and a size below it can be added without a thought of overflow.
inline constexpr size_t kInlineMax = size_t{1} << 30;

// Bytes of the size in front of a block.
inline constexpr size_t kSizeBytes = sizeof(size_t);

// Where memory may end so near the end of the address space that a cursor and a size are more
// than an address: where those have 32 bits. Of 64 no system gives the upper half.
inline constexpr bool kSumsMayWrap = sizeof(void*) < 8;

// Whether `next`, the sum of `from` and a size, is at most `limit`.
constexpr bool is_within(uintptr_t from, uintptr_t next, uintptr_t limit) {
  return next <= limit && (!kSumsMayWrap || next >= from);
}

// The limit of an open level is the end of its window, or kNoPage.
enum Limit : uintptr_t { kNoPage = 0, kShut = 1, kClosed = 3 };
constexpr bool is_open(uintptr_t limit) { return (limit & 1) == 0; }

// What the levels of an arena share, as far as inline code works on it.
struct ArenaHead {
  IAllocator innermost = nullptr;
  char* high = nullptr;  // the highest cursor since the window last changed pages
  uint64_t scopes_entered = 0;
};

struct Level {
  Allocator_i base = {};
  char* cursor = nullptr;
  Level* inner = nullptr;
  uintptr_t limit = kNoPage;
  ArenaHead* head = nullptr;
  ArenaHead own_head = {};  // here, on the cache line that scopes write anyway
  bool must_settle = false;
  uint16_t frees_to_merge = 0;  // the arena's own: how many before it pays to merge free blocks
  uint32_t depth = 0;
  Level* outer = nullptr;
  union {
    const IAllocator*
        guard;    // the arena of CEX_TEST: where the MemScope that ends it has its allocator
    char* freed;  // every other one: blocks to use again
  } own = {};
};
static_assert(sizeof(void*) != 8 ||
              (offsetof(Level, cursor) == 64 && offsetof(Level, limit) == 80 &&
               offsetof(Level, own_head) == 96));

// Keeps the compiler from reordering stores.
inline void keep_store_order() { __asm__ volatile("" ::: "memory"); }

inline Level* level_of(IAllocator a) {
  return reinterpret_cast<Level*>(const_cast<Allocator_i*>(a));
}

// How far the cursor moves for a block of `size` bytes.
constexpr size_t bump_step(size_t size) {
  return (size + kSizeBytes + kDefaultAlign - 1) & ~(kDefaultAlign - 1);
}

constexpr bool is_power_of_two(size_t n) { return n != 0 && (n & (n - 1)) == 0; }

// The alignment that is meant: 0 stands for the default.
constexpr size_t meant_align(size_t align) { return align != 0 ? align : kDefaultAlign; }
constexpr bool is_valid_align(size_t align) {
  return align <= kMaxAlign && (align & (align - 1)) == 0;
}

// Reports a bad alignment, where the checks are.
#ifdef CEX_TEST
[[noreturn]] void die_of_align(size_t align);
#else
inline void die_of_align(size_t) {}
#endif

// Whether an allocator may be asked for `size` bytes at `align` at all. Reports a bad
// alignment, which is never anything but a mistake.
[[gnu::always_inline]] inline bool is_valid_request(size_t size, size_t align) {
  const bool is_good = is_valid_align(align);
  if (!is_good) die_of_align(align);
  return is_good && size - 1 < static_cast<size_t>(PTRDIFF_MAX);
}

// calloc by an allocator's own malloc.
template <void* (*kMalloc)(IAllocator, size_t, size_t)>
void* calloc_by(IAllocator self, size_t count, size_t size, size_t align) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  void* const p = kMalloc(self, bytes, align);
  return p != nullptr ? memset(p, 0, bytes) : nullptr;
}

// The inline part of malloc: null when the request is for the allocator itself
// to look at, which is not yet a failure.
[[gnu::always_inline]] inline void* bump_malloc(Level* level, size_t size) {
  char* const block = level->cursor;
  // As integers: some limits are no addresses.
  const uintptr_t next = reinterpret_cast<uintptr_t>(block) + bump_step(size);
  if (!is_within(reinterpret_cast<uintptr_t>(block), next, level->limit)) [[unlikely]]
    return nullptr;
  static_cast<size_t*>(static_cast<void*>(block))[-1] = size;
  level->cursor = reinterpret_cast<char*>(next);
  return block;
}

#ifdef CEX_TEST
// Reports the use of an allocator that is null, or whose memory was freed, and of a handle that
// lies in freed memory or was never set.
void check_alive(IAllocator a, Site site = current_site);

// Marks an allocator whose memory stays as destroyed, so that check_alive() reports its use.
void mark_destroyed(IAllocator a);

// Reports the end of a scope of an allocator that is not `depth` scopes deep then.
void check_depth(IAllocator a, uint64_t depth);
#else
inline void check_alive(IAllocator) {}
inline void check_alive(IAllocator, Site) {}
inline void mark_destroyed(IAllocator) {}
#endif

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_INTERNAL_BUMP_WINDOW_H_
