// The block of memory behind an arr$ handle, and how it grows.
//
//   block                       handle (a pointer to the first element)
//   |                           |
//   | padding | ArrHeader       | element 0 | element 1 | …  | element capacity-1 |
//
// There is padding only for elements that are aligned to 64: the header always
// ends where the elements begin, so it is found from the handle alone. (Under CEX_TEST it
// takes 64 bytes, of which the last guard the others.) The block
// is one allocation, so an array grows with one mem_realloc, which the heap can do
// by remapping pages and an arena by moving its cursor.
//
// Everything here knows elements by size and alignment only: it is compiled once
// and stays out of the callers' fast paths.
#ifndef CEX_COLLECTIONS_INTERNAL_ARR_BLOCK_H_
#define CEX_COLLECTIONS_INTERNAL_ARR_BLOCK_H_

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <type_traits>

#include "cex/allocator.h"
#include "cex/collections/internal/element.h"
#include "cex/collections/internal/op.h"
#include "cex/collections/internal/slack.h"
#include "cex/report.h"

namespace cex::detail {

// Its size is a multiple of the default alignment, with 32 and with 64 bits.
struct alignas(sizeof(void*) < 8 ? kDefaultAlign : sizeof(void*)) ArrHeader {
  size_t capacity;
  size_t length;  // what a push changes, and all that it changes
  IAllocator allocator;
  uint32_t magic;
  uint32_t element_size;
#ifdef CEX_TEST
  uint64_t mark = 0;  // of the fields above but for the length, which pushes change
  Slack slack = {};   // of the elements behind the last one
  // What a write before the first element meets first: at the very end.
  alignas(sizeof(void*) < 8 ? kDefaultAlign : 8) uint64_t guard[2] = {};
#endif
};
static_assert(sizeof(void*) != 8 ||
              (sizeof(ArrHeader) == (kChecked ? 64 : 32) && alignof(ArrHeader) == 8));
static_assert(sizeof(ArrHeader) % kDefaultAlign == 0);
#ifdef CEX_TEST
static_assert(offsetof(ArrHeader, guard) + sizeof(ArrHeader::guard) == sizeof(ArrHeader));
#endif

inline constexpr uint32_t kArrMagic = 0xcea10a88;
inline constexpr uint32_t kArrFreed = 0xcea1dead;

// Below this an array's first growths would cost more than the bytes saved.
inline constexpr size_t kArrMinCapacity = 16;

struct ArrLayout {
  uint32_t size;   // of one element, in bytes
  uint32_t align;  // of one element, at most 64

  // From the start of the block to the first element.
  constexpr size_t offset() const { return (sizeof(ArrHeader) + align - 1) & ~(size_t{align} - 1); }
  constexpr size_t block_align() const { return align > kDefaultAlign ? align : kDefaultAlign; }
};

// What an element takes; here it is found wanting, too.
template <typename T>
constexpr ArrLayout arr_layout() {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_copy_constructible_v<T> &&
                    std::is_trivially_destructible_v<T>,
                "cex: arr$(T) moves its elements as bytes and runs no destructors, so T must be "
                "trivially copyable and trivially destructible. Use std::vector<T> (over an "
                "IAllocator with cex/pmr.h), or an arr$ of T*.");
  static_assert(!std::is_const_v<T> && !std::is_volatile_v<T>,
                "cex: arr$(T): T is const or volatile, but elements move. Use arr$(T) of the plain "
                "type, and a const T* or std::span<const T> for those who only read.");
  static_assert(alignof(T) <= kMaxAlign,
                "cex: arr$(T): T is aligned beyond 64 bytes, which no IAllocator gives.");
  static_assert(sizeof(T) < kElementLimit, "cex: arr$(T): one T takes more than 2 GiB.");
  return {static_cast<uint32_t>(sizeof(T)), static_cast<uint32_t>(alignof(T))};
}

inline ArrHeader* arr_header(const void* elements) {
  return static_cast<ArrHeader*>(const_cast<void*>(elements)) - 1;
}

// The elements of a fresh array with room for at least `capacity` of them, or
// nullptr. `op` says whether to return at all when there is no memory.
void* arr_allocate(IAllocator a, ArrLayout layout, size_t capacity, const Op& op);

// Where `elements` are after making room for `more` beyond the length; nullptr,
// with the array as it was, when there is no memory. Doubles at least.
[[gnu::noinline]] void* arr_grow(void* elements, ArrLayout layout, size_t more, const Op& op);

// As arr_grow, to exactly `capacity` elements, or the length or kArrMinCapacity
// where that is more. May shrink.
void* arr_set_capacity(void* elements, ArrLayout layout, size_t capacity, const Op& op);

// Frees the block. `elements` may be null.
void arr_release(void* elements, ArrLayout layout, const char* call, Site site);

// Ends the program if `elements` is not a live array.
[[gnu::noinline]] void arr_verify(const void* elements, ArrLayout layout, const char* call,
                                  Site site);

// The check that every operation begins with; nothing in release builds.
inline void arr_check([[maybe_unused]] const void* elements, [[maybe_unused]] ArrLayout layout,
                      [[maybe_unused]] const char* call, [[maybe_unused]] Site site) {
  if constexpr (kChecked) arr_verify(elements, layout, call, site);
}

// That `count` elements from number `from` on come into use, or no longer are. Ends the program
// where they were written to before.
void arr_open(void* elements, ArrLayout layout, size_t from, size_t count, Site site);
void arr_close(void* elements, ArrLayout layout, size_t from, size_t count);

// The same where the checks are on.
inline void arr_use([[maybe_unused]] void* elements, [[maybe_unused]] ArrLayout layout,
                    [[maybe_unused]] size_t from, [[maybe_unused]] size_t count,
                    [[maybe_unused]] Site site) {
  if constexpr (kChecked) arr_open(elements, layout, from, count, site);
}
inline void arr_drop([[maybe_unused]] void* elements, [[maybe_unused]] ArrLayout layout,
                     [[maybe_unused]] size_t from, [[maybe_unused]] size_t count) {
  if constexpr (kChecked) arr_close(elements, layout, from, count);
}

// Appends a text as printf() makes it, without its NUL. Returns where the elements are now, or
// nullptr.
void* arr_append_format(void* elements, const Op& op, const char* format, va_list arguments);

// Ends the program because there is no array to add to.
[[noreturn, gnu::cold]] void arr_die_of_null(const char* call, Site site);

[[noreturn, gnu::cold]] void arr_die_of_empty(const char* call, Site site);

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_ARR_BLOCK_H_
