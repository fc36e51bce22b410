/// @file
/// Names of CEX, the C library, for code that moves from it to cex.
///
/// ```cpp
/// u32 largest(arr$(u32) numbers) {
///   u32 most = 0;
///   for$each (n, numbers) most = n > most ? n : most;
///   return most;
/// }
/// mem$arena_scope(4096, arena) {
///   arr$(u32) numbers = arr$new(numbers, arena);
///   arr$pushm(numbers, 3, 1, 2);
///   printf("%u\n", largest(numbers));
/// }
/// ```
///
/// It includes cex/cex.h, and adds to the global namespace what CEX has there: the types `u8` …
/// `usize`, `f32`, `f64`, and the names below. In a file that includes this header, three macros
/// return what they return in CEX: mem$free a null pointer, hm$clear true, and mem$aligned_pointer
/// the next aligned address. Include it only in files that were written for CEX.
///
/// Nothing here allocates or fails by itself. Thread safety is that of the macros of the same
/// names. The guide's chapter on migrating says what else differs.
#ifndef CEX_COMPAT_H_
#define CEX_COMPAT_H_

#include <stddef.h>
#include <stdint.h>

#include <type_traits>

#include "cex/cex.h"  // IWYU pragma: export

using u8 = uint8_t;       ///< 8 bits, unsigned
using i8 = int8_t;        ///< 8 bits, signed
using u16 = uint16_t;     ///< 16 bits, unsigned
using i16 = int16_t;      ///< 16 bits, signed
using u32 = uint32_t;     ///< 32 bits, unsigned
using i32 = int32_t;      ///< 32 bits, signed
using u64 = uint64_t;     ///< 64 bits, unsigned
using i64 = int64_t;      ///< 64 bits, signed
using f32 = float;        ///< a float
using f64 = double;       ///< a double
using usize = size_t;     ///< a size
using isize = ptrdiff_t;  ///< the difference of two pointers

/// Where a for$iter is, for the iterator's own use.
struct cex_iterator_idx {
  /// One of these, as the iterator likes.
  union {
    usize i;     ///< a number
    char* skey;  ///< a text
    void* pkey;  ///< any pointer
  };
};

/// The state of a for$iter, all zero when it starts.
struct cex_iterator_s {
  cex_iterator_idx idx;  ///< the place
  char _ctx[47];         ///< whatever the iterator has to remember
  u8 stopped;            ///< 1 when there are no more values: the iterator sets it
  u8 initialized;        ///< 1 after the first call: the iterator sets it
};

namespace cex {

/// What the variable of a for$iter is: `it.val`, `it.iterator` and `it.idx`.
template <typename T>
struct CompatIter {
  T val{};                                     ///< the value
  cex_iterator_s iterator{};                   ///< the state
  cex_iterator_idx& idx = iterator.idx;        ///< the place in it
  CompatIter() = default;                      ///< at the start
  CompatIter(const CompatIter&) = delete;      ///< `idx` refers to this object
  void operator=(const CompatIter&) = delete;  ///< as above
};

/// What mem$free is in CEX: frees `p`, sets a variable to null, and gives a null pointer.
template <typename P>
decltype(nullptr) compat_free(IAllocator a, P&& p, Site site = Site::current()) {
  mem_free(a, static_cast<P&&>(p), site);
  return nullptr;
}

/// What mem$aligned_pointer is in CEX: `p` rounded up to a multiple of `align`, a power of two.
inline MemPtr compat_aligned_pointer(const volatile void* p, size_t align) {
  const uintptr_t address = reinterpret_cast<uintptr_t>(p);
  char* const bytes = static_cast<char*>(const_cast<void*>(p));
  return MemPtr(bytes + (mem_aligned_round(address, align) - address));
}

/// What hm$clear is in CEX: clears the map, and gives true.
template <typename M>
bool compat_clear(M& m, Site site = Site::current()) {
  m.clear(site);
  return true;
}

}  // namespace cex

/// `mem$arena_scope(page_size, v) {…}`: what CEX calls mem$arena from 0.20 on.
#define mem$arena_scope(page_size, v) mem$arena(page_size, v)

#undef mem$free
/// cex::compat_free().
#define mem$free(allocator, p) ::cex::compat_free((allocator), p)

#undef mem$aligned_pointer
/// cex::compat_aligned_pointer().
#define mem$aligned_pointer(p, align) ::cex::compat_aligned_pointer((p), (align))

#undef hm$clear
/// cex::compat_clear().
#define hm$clear(m) ::cex::compat_clear(::cex::detail::as_map(m))

/// `for$iter(T, it, call) …`: a loop whose values are those of `call`, which is evaluated before
/// each round and names `&it.iterator`. It ends when that has `stopped` set. See cex::CompatIter.
#define for$iter(T, it, ...) \
  for (::cex::CompatIter<T> it; (it.val = (__VA_ARGS__), it.iterator.stopped == 0);)

/// `mem$add_overflow(a, b, &sum)`: whether `a + b` overflows; the sum otherwise.
#define mem$add_overflow(a, b, result) __builtin_add_overflow((a), (b), (result))
/// `mem$sub_overflow(a, b, &difference)`: whether `a - b` overflows; the difference otherwise.
#define mem$sub_overflow(a, b, result) __builtin_sub_overflow((a), (b), (result))
/// `mem$mul_overflow(a, b, &product)`: whether `a * b` overflows; the product otherwise.
#define mem$mul_overflow(a, b, result) __builtin_mul_overflow((a), (b), (result))

/// 64 or 32: the bits of a size_t; also for `#if`.
#define mem$platform() (__SIZEOF_SIZE_T__ * 8)

// decltype gives a reference for most of what isn't a variable's name: list[i], *p, (p).
/// `mem$offsetof(p, field)`: the offset in bytes of a field of what `p` points to.
#define mem$offsetof(p, field) offsetof(::std::remove_pointer_t<::std::decay_t<decltype(p)>>, field)

#endif  // CEX_COMPAT_H_
