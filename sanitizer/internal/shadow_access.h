// Reading and writing bytes that are poisoned for everybody else, and telling a pointer
// that was read from such bytes.
//
// An allocator keeps its own records (block sizes, guard bytes) in memory that
// it has poisoned, so that a user's stray access to them is caught. read_hidden() and
// write_hidden() get through; nothing but an allocator should need them.
#ifndef CEX_SANITIZER_INTERNAL_SHADOW_ACCESS_H_
#define CEX_SANITIZER_INTERNAL_SHADOW_ACCESS_H_

#include <stdint.h>
#include <string.h>

#include <type_traits>

#include "cex/sanitizer.h"

namespace cex::detail {

#if defined(CEX_DETAIL_ASAN) || defined(CEX_DETAIL_MSAN)
#if defined(__clang__)
#define CEX_DETAIL_NO_SANITIZE __attribute__((no_sanitize("address", "memory"), noinline))
#else
#define CEX_DETAIL_NO_SANITIZE __attribute__((no_sanitize_address, noinline))
#endif
// Word by word, because the sanitizers intercept memcpy; volatile, because the
// compiler would otherwise make one of the loop.
CEX_DETAIL_NO_SANITIZE inline void copy_hidden(void* to, const void* from, size_t size) {
  volatile char* d = static_cast<volatile char*>(to);
  const volatile char* s = static_cast<const volatile char*>(from);
  for (size_t i = 0; i < size; ++i) d[i] = s[i];
}
#elif defined(CEX_VALGRIND)
inline void copy_hidden(void* to, const void* from, size_t size) {
  VALGRIND_DISABLE_ERROR_REPORTING;
  memcpy(to, from, size);
  VALGRIND_ENABLE_ERROR_REPORTING;
}
#else
inline void copy_hidden(void* to, const void* from, size_t size) { memcpy(to, from, size); }
#endif

template <typename T>
T read_hidden(const void* from) {
  static_assert(std::is_trivially_copyable_v<T>);
  T value;
  copy_hidden(&value, from, sizeof(T));
  unpoison_defined(&value, sizeof(T));
  return value;
}

template <typename T>
void write_hidden(void* to, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  copy_hidden(to, &value, sizeof(T));
}

// The byte of memory that was allocated and not yet written, under CEX_TEST.
inline constexpr unsigned char kFreshByte = 0x7f;

// Whether each byte of `p` itself is `byte`: with kPoisonByte it was read from memory that
// was freed or whose scope had ended, with kFreshByte from memory that was never written.
inline bool is_pattern(const volatile void* p, unsigned char byte) {
  return reinterpret_cast<uintptr_t>(p) == UINTPTR_MAX / 0xff * byte;
}

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_SHADOW_ACCESS_H_
