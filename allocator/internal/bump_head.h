// The bump window: what allocating from an arena looks like to the caller's code.
//
// An allocator whose meta.magic_id is kBumpMagic begins like this:
//
//     byte   0  Allocator_i, the interface
//           64  cursor      where the next block's bytes begin, a multiple of 16
//           72  newest      the page made last: changes whenever one comes or goes
//           80  limit       the cursor may go up to here
//           88  high        the highest cursor since `newest` changed
//           96  entered     scopes that were ever entered
//          104  first       where the first block of the window's page begins
//          112  left        scopes that were ever left
//          120  page_limit  what `limit` is in a build that bumps in line
//
// so that mem_malloc bumps in line and MemScope marks and rewinds in line. Only
// one field changes per block, and no two neighbours change together: compilers
// merge such a pair into one vector store, and a load of one field can then not
// be forwarded from it in time. A block is its bytes with their size in the 8 bytes before them;
// keeping the cursor aligned for the bytes leaves no aligning to do on the way.
//
// tmem$ refuses to allocate between scopes: there its cursor stands beyond the
// limit, so that the one comparison that mem_malloc makes fails, and the next
// scope begins at `first`.
//
// In builds with checks or poison `limit` is null, so that each call reaches the
// allocator; the layout above is the same in all of them.
#ifndef CEX_ALLOCATOR_INTERNAL_BUMP_HEAD_H_
#define CEX_ALLOCATOR_INTERNAL_BUMP_HEAD_H_

#include "cex/interface.h"
#include "cex/sanitizer.h"
#include "cex/site.h"

namespace cex::detail {

inline constexpr uint32_t kBumpMagic = 0xcea1b0b5;

inline constexpr size_t kDefaultAlign = 16;
inline constexpr size_t kMaxAlign = 64;
static_assert(kDefaultAlign == alignof(max_align_t));

// Whether this object may bump in line.
inline constexpr bool kInlineBump = !kChecked && kChecker == Checker::kNone;

// Requests from here on go through the function pointer: below it, a cursor and
// a size can be added without a thought of overflow.
inline constexpr size_t kInlineMax = size_t{1} << 30;

// Bytes of the size in front of a block.
inline constexpr size_t kSizeBytes = 8;

struct Page;

struct BumpHead {
  Allocator_i base;
  char* cursor = nullptr;
  Page* newest = nullptr;
  char* limit = nullptr;
  char* high = nullptr;
  uint64_t entered = 0;
  char* first = nullptr;
  uint64_t left = 0;
  char* page_limit = nullptr;
};

static_assert(offsetof(BumpHead, cursor) == 64 && offsetof(BumpHead, limit) == 80);
static_assert(sizeof(BumpHead) == 128);

// What a scope has to remember to give back what came after it. Kept in registers
// where it can be: nothing may take a guard's address on the way.
struct Mark {
  char* cursor;
  Page* newest;
  uint64_t depth;  // scopes that were open; a scope that bumps in line does without
};

// What a scope of an allocator without a bump window has for a head: its newest page is
// no mark's, so that the one comparison which a scope ends with tells them apart.
extern BumpHead no_window;

// How many scopes are open: a difference, so that a scope adds one to each count and
// has no depth to remember, which would be two stores and a register more.
inline uint64_t depth_of(const BumpHead* head) { return head->entered - head->left; }
inline void set_depth(BumpHead* head, uint64_t depth) { head->left = head->entered - depth; }

// Whether the cursor stands beyond the limit: tmem$ between scopes.
inline bool is_shut(const char* cursor, const char* limit) {
  return reinterpret_cast<uintptr_t>(cursor) > reinterpret_cast<uintptr_t>(limit);
}

// How far the cursor moves for a block of `size` bytes.
constexpr size_t bump_step(size_t size) {
  return (size + kSizeBytes + kDefaultAlign - 1) & ~(kDefaultAlign - 1);
}

inline BumpHead* bump_head(IAllocator a) {
  return reinterpret_cast<BumpHead*>(const_cast<Allocator_i*>(a));
}

constexpr bool is_power_of_two(size_t n) { return n != 0 && (n & (n - 1)) == 0; }

// Whether an allocator may be asked for `size` bytes at `align` at all.
constexpr bool is_valid_request(size_t size, size_t align) {
  return size - 1 < static_cast<size_t>(PTRDIFF_MAX) && is_power_of_two(align) &&
         align <= kMaxAlign;
}

// The inline part of malloc: null when the request is for the allocator itself
// to look at, which is not yet a failure.
[[gnu::always_inline]] inline void* bump_malloc(BumpHead* head, size_t size) {
  char* const block = head->cursor;
  // As integers: the window of an arena without pages is null.
  const uintptr_t next = reinterpret_cast<uintptr_t>(block) + bump_step(size);
  if (next > reinterpret_cast<uintptr_t>(head->limit)) [[unlikely]]
    return nullptr;
  reinterpret_cast<size_t*>(block)[-1] = size;
  head->cursor = reinterpret_cast<char*>(next);
  return block;
}

#ifdef CEX_TEST
// Reports a call of an allocator that is not there: a null one, one whose own memory was
// freed, or a pointer to one that lay in such memory, or was never set.
void check_is_there(IAllocator a, Site site = current_site);

// What is left of an allocator whose memory stays: check_is_there reports its use.
void mark_gone(IAllocator a);

// Reports the end of a scope of an allocator that is not `depth` scopes deep then.
void check_depth(IAllocator a, uint64_t depth);
#else
inline void check_is_there(IAllocator) {}
inline void check_is_there(IAllocator, Site) {}
inline void mark_gone(IAllocator) {}
#endif

// Out of line, in bump.cc: what the inline code leaves to it.
Mark bump_enter(BumpHead* head);
void bump_exit(BumpHead* head, char* cursor, Page* newest, uint64_t depth);

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_INTERNAL_BUMP_HEAD_H_
