/// @file
/// Poison: marks memory that must not be accessed, for whichever checker the build has.
///
/// One API over AddressSanitizer's manual poisoning, MemorySanitizer, Valgrind's client requests
/// (compiled in by --config=valgrind) and, in CEX_TEST builds without any of them, a byte pattern
/// that is verified later. In a release build every function here is empty and generates no code.
///
/// ```cpp
/// char buffer[64] = {};
/// cex::poison(buffer, 64);                     // an access is a bug now
/// assert(cex::is_poisoned(buffer, 64));
/// cex::unpoison(buffer, 16);                   // 16 bytes may be written
/// ```
///
/// The allocators poison padding, unused page space, freed blocks and the memory of ended scopes
/// through this header. An allocator of your own may do the same.
///
/// Thread safety: as for a write to the same bytes.
#ifndef CEX_SANITIZER_SANITIZER_H_
#define CEX_SANITIZER_SANITIZER_H_

#include <stddef.h>
#include <string.h>

#include "cex/build_mode.h"

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#define CEX_DETAIL_MSAN 1
#endif
#endif

#ifdef CEX_DETAIL_ASAN
#include <sanitizer/asan_interface.h>
#elif defined(CEX_DETAIL_MSAN)
#include <sanitizer/msan_interface.h>
#elif defined(CEX_VALGRIND)
#include <valgrind/memcheck.h>
#endif

namespace cex {

/// The checker that poison() works with.
enum class Checker {
  kNone,      ///< none: a release build
  kPattern,   ///< a byte pattern, verified later: CEX_TEST alone
  kAsan,      ///< AddressSanitizer
  kMsan,      ///< MemorySanitizer
  kValgrind,  ///< Valgrind's Memcheck
};

/// The one that this object was built for.
#ifdef CEX_DETAIL_ASAN
inline constexpr Checker kChecker = Checker::kAsan;
#elif defined(CEX_DETAIL_MSAN)
inline constexpr Checker kChecker = Checker::kMsan;
#elif defined(CEX_VALGRIND)
inline constexpr Checker kChecker = Checker::kValgrind;
#elif defined(CEX_TEST)
inline constexpr Checker kChecker = Checker::kPattern;
#else
inline constexpr Checker kChecker = Checker::kNone;
#endif

/// The byte that poison() writes if no tool can mark memory (kPattern).
inline constexpr unsigned char kPoisonByte = 0xf7;

/// Marks `size` bytes at `p` as memory that must not be accessed. kPattern overwrites them.
/// AddressSanitizer marks granules of 8 bytes: bytes behind the last multiple of 8 in the region
/// are not poisoned. On the stack it removes all poison when an exception is thrown or a function
/// is called that does not return.
inline void poison([[maybe_unused]] const volatile void* p, [[maybe_unused]] size_t size) {
#ifdef CEX_DETAIL_ASAN
  __asan_poison_memory_region(p, size);
#elif defined(CEX_DETAIL_MSAN)
  __msan_poison(p, size);
#elif defined(CEX_VALGRIND)
  VALGRIND_MAKE_MEM_NOACCESS(p, size);
#elif defined(CEX_TEST)
  memset(const_cast<void*>(p), kPoisonByte, size);
#endif
}

/// Allows `size` bytes at `p` to be written. MemorySanitizer and Valgrind count their content as
/// uninitialized; AddressSanitizer and kPattern leave the bytes as they are. Under kPattern and
/// MemorySanitizer is_poisoned() stays true until they are written.
inline void unpoison([[maybe_unused]] const volatile void* p, [[maybe_unused]] size_t size) {
#ifdef CEX_DETAIL_ASAN
  __asan_unpoison_memory_region(p, size);
#elif defined(CEX_DETAIL_MSAN)
  __msan_poison(p, size);
#elif defined(CEX_VALGRIND)
  VALGRIND_MAKE_MEM_UNDEFINED(p, size);
#endif
}

/// As unpoison(), but the present content of the bytes counts as initialized.
inline void unpoison_defined([[maybe_unused]] const volatile void* p,
                             [[maybe_unused]] size_t size) {
#ifdef CEX_DETAIL_ASAN
  __asan_unpoison_memory_region(p, size);
#elif defined(CEX_DETAIL_MSAN)
  __msan_unpoison(p, size);
#elif defined(CEX_VALGRIND)
  VALGRIND_MAKE_MEM_DEFINED(p, size);
#endif
}

/// Whether each of the `size` bytes at `p` is still poisoned; under kPattern, whether none was
/// overwritten. True in a build without checks (kNone), so that `assert(is_poisoned(…))` works in
/// every build.
inline bool is_poisoned([[maybe_unused]] const volatile void* p, [[maybe_unused]] size_t size) {
  [[maybe_unused]] const char* bytes =
      const_cast<const char*>(static_cast<const volatile char*>(p));
  for (size_t i = 0; kChecker != Checker::kNone && i < size; ++i) {
#ifdef CEX_DETAIL_ASAN
    if (!__asan_address_is_poisoned(bytes + i)) return false;
#elif defined(CEX_DETAIL_MSAN)
    if (__msan_test_shadow(bytes + i, 1) == -1) return false;
#elif defined(CEX_VALGRIND)
    // Zero: not run under Valgrind; 1 and 3: not addressable.
    unsigned char bits = 0;
    if (VALGRIND_GET_VBITS(bytes + i, &bits, 1) == 1) return false;
#elif defined(CEX_TEST)
    if (static_cast<unsigned char>(bytes[i]) != kPoisonByte) return false;
#endif
  }
  return true;
}

/// Undoes poison() for `size` bytes at `p`: they can be used, and is_poisoned() is false. Under
/// kPattern the content is lost: 8 bytes and more that all have the pattern become bytes of 0x7f;
/// others stay as they are, and is_poisoned() of fewer stays true until they are written.
inline void lift_poison(const volatile void* p, size_t size) {
  const bool is_whole = kChecker == Checker::kPattern && size >= 8 && is_poisoned(p, size);
  unpoison_defined(p, size);
  if (is_whole) memset(const_cast<void*>(p), 0x7f, size);
}

}  // namespace cex

#endif  // CEX_SANITIZER_SANITIZER_H_
