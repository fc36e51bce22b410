/// @file
/// How this object file was built: with the checks of CEX_TEST, or without.
///
/// Objects of both kinds must not be linked into one program: the checks put sizes and call sites
/// in front of each block, so one kind can't read the other's memory. So every object that includes
/// a header of cex refers to a symbol that only the library of its own kind defines. The name of
/// the symbol is the linker's message:
///
/// ```text
/// undefined reference to
/// `cex_error_object_built_without_CEX_TEST_in_a_program_built_with_it'
/// ```
///
/// A program that links libraries of both kinds has both symbols. It fails by a third symbol, which
/// both libraries define (build_mode.cc).
///
/// In the same way an object that is compiled with AddressSanitizer needs the library that tells
/// AddressSanitizer about blocks.
///
/// The mode is chosen per target (cex_cc_test) or for a whole build
/// (--//sanitizer:cex_test=True); nothing else should define CEX_TEST.
#ifndef CEX_SANITIZER_BUILD_MODE_H_
#define CEX_SANITIZER_BUILD_MODE_H_

#if defined(__cplusplus) && __cplusplus < 202002L
#error "cex needs C++20: compile with -std=c++20 or newer"
#endif

// clang's -Wpedantic warns about the `$` in the names of macros; whoever includes a header of cex
// means to use it.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wdollar-in-identifier-extension"
#endif

#ifdef CEX_TEST
#define CEX_DETAIL_BUILD_MODE cex_error_object_built_with_CEX_TEST_in_a_program_built_without_it
#else
#define CEX_DETAIL_BUILD_MODE cex_error_object_built_without_CEX_TEST_in_a_program_built_with_it
#endif

// Whether AddressSanitizer watches this object; or, of the library that is installed for it, is
// told about memory (CEX_ASAN).
#if defined(__SANITIZE_ADDRESS__) || defined(CEX_ASAN)
#define CEX_DETAIL_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CEX_DETAIL_ASAN 1
#endif
#endif

// Without this symbol such an object would link, and memory of arenas would not be watched.
#define CEX_DETAIL_ASAN_MODE cex_error_object_built_with_AddressSanitizer_needs_the_library_for_it

// `retain` keeps the reference through --gc-sections. On other systems g++ knows the attribute's
// name, but does not support it.
#if defined(__has_attribute)
#if __has_attribute(retain) && defined(__unix__)
#define CEX_DETAIL_KEEP __attribute__((used, retain))
#endif
#endif
#ifndef CEX_DETAIL_KEEP
#define CEX_DETAIL_KEEP __attribute__((used))
#endif

// WebAssembly's linker drops all that nothing calls, `used` or not, except constructors.
#ifdef __wasm__
#define CEX_DETAIL_REFER(name, symbol)                                                           \
  __attribute__((constructor)) static void name(void) { __asm__ volatile("" : : "r"(&symbol)); } \
  struct name##_is_referred_to
#else
#define CEX_DETAIL_REFER(name, symbol) CEX_DETAIL_KEEP static const char* const name = &symbol
#endif

#ifdef __cplusplus
namespace cex {

/// Whether the checks of CEX_TEST are compiled into this object.
#ifdef CEX_TEST
inline constexpr bool kChecked = true;
#else
inline constexpr bool kChecked = false;
#endif

namespace detail {
extern "C" const char CEX_DETAIL_BUILD_MODE;

// One per object, not one per program: the linker must see each object's own.
CEX_DETAIL_REFER(build_mode, CEX_DETAIL_BUILD_MODE);
#ifdef CEX_DETAIL_ASAN
extern "C" const char CEX_DETAIL_ASAN_MODE;
CEX_DETAIL_REFER(asan_mode, CEX_DETAIL_ASAN_MODE);
#endif
}  // namespace detail
}  // namespace cex
#else
extern const char CEX_DETAIL_BUILD_MODE;
CEX_DETAIL_REFER(cex_detail_build_mode, CEX_DETAIL_BUILD_MODE);
#ifdef CEX_DETAIL_ASAN
extern const char CEX_DETAIL_ASAN_MODE;
CEX_DETAIL_REFER(cex_detail_asan_mode, CEX_DETAIL_ASAN_MODE);
#endif
#endif

#endif  // CEX_SANITIZER_BUILD_MODE_H_
