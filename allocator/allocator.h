/// @file
/// Memory through an interface: every function that may allocate takes an IAllocator.
///
/// ```cpp
/// bool load(IAllocator a, const char* path) {
///   char* buffer = mem$malloc(a, 4096);        // nullptr when out of memory
///   if (buffer == nullptr) return false;
///   …
///   mem$free(a, buffer);                       // buffer is nullptr now
///   return true;
/// }
/// load(mem$, "settings");                      // the heap
/// mem$scope(tmem$, _) { load(_, "settings"); } // freed at the brace
/// ```
///
/// Each macro is one line over a typed function, which may be called instead: mem.h (allocating),
/// scope.h (MemScope), heap.h (mem$). C code sees the interface itself (interface.h).
///
/// Sizes are in bytes. Alignments are powers of two up to 64, or 0 for the default. Allocation
/// failure returns nullptr; it never throws or ends the program. Thread safety is the allocator's:
/// mem$ may be used from every thread, an arena and tmem$ from one.
#ifndef CEX_ALLOCATOR_ALLOCATOR_H_
#define CEX_ALLOCATOR_ALLOCATOR_H_

#include "cex/interface.h"  // IWYU pragma: export

#ifdef __cplusplus

#include "cex/heap.h"       // IWYU pragma: export
#include "cex/mem.h"        // IWYU pragma: export
#include "cex/sanitizer.h"  // IWYU pragma: export
#include "cex/scope.h"      // IWYU pragma: export

/// The heap, as an IAllocator. Thread-safe.
#define mem$ (&::cex::detail::heap)

/// `mem$malloc(a, size[, align])`: uninitialized bytes, or nullptr. See cex::mem_malloc().
#define mem$malloc(allocator, ...) ::cex::mem_malloc((allocator), __VA_ARGS__)

/// `mem$calloc(a, count, size[, align])`: zeroed bytes, or nullptr, also when
/// `count * size` overflows. See cex::mem_calloc().
#define mem$calloc(allocator, ...) ::cex::mem_calloc((allocator), __VA_ARGS__)

/// `mem$realloc(a, p, size[, align])`: the new pointer; or nullptr, and `p` is unchanged.
/// `align` must be the one that `p` was allocated with. See cex::mem_realloc().
#define mem$realloc(allocator, ...) ::cex::mem_realloc((allocator), __VA_ARGS__)

/// `mem$free(a, p)`: frees `p` and sets it to nullptr; a null `p` is fine. See cex::mem_free().
#define mem$free(allocator, p) ::cex::mem_free((allocator), p)

/// `mem$new(a, T, args…)`: a T constructed in memory of `a`, or nullptr. T must be
/// trivially destructible. See cex::mem_new_at().
#define mem$new(allocator, T, ...) \
  ::cex::mem_new_at<T>((allocator), ::cex::Site::current() __VA_OPT__(, ) __VA_ARGS__)

/// `mem$scope(arena_or_tmem$, v) {…}`: memory that is allocated through `v` is freed when the
/// block is left, in whatever way. `break` and `continue` inside act on the loop around it. An
/// allocator without scopes ends the program with a message. An `if` around it needs braces, or
/// compilers warn about an `else` that is inside it (-Wdangling-else). g++ does not take it, nor
/// mem$arena, inside a default member initializer or a member function's default argument. See
/// cex::MemScope.
#define mem$scope(allocator, v) CEX_DETAIL_BLOCK(::cex::MemScope, allocator, v)

// Declares a guard object and a variable for the statement that follows, in two ifs that always
// take their else branch. Unlike in a loop, `break` acts on the loop around, and compilers see that
// a function which returns inside does not reach its end. Scopes nest under one name (`_`, say) by
// design, so -Wshadow is off for the variable.
// The guard is not const: g++ keeps a const one in memory instead of registers.
// clang-format off
#define CEX_DETAIL_BLOCK(Guard, argument, v)                                           \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wshadow\"")        \
  if (Guard cex_block_{argument}; false) {                                             \
    __builtin_unreachable();                                                           \
  } else if ([[maybe_unused]] const IAllocator v = cex_block_.allocator(); false)      \
    _Pragma("GCC diagnostic pop") {                                                    \
      ; /* not the same as the branch above, which linters would note */               \
      __builtin_unreachable();                                                         \
  } else
// clang-format on

/// Whether `n` is a power of two; 0 is not. See cex::mem_is_power_of2().
#define mem$is_power_of2(n) ::cex::mem_is_power_of2(n)
/// `size` rounded up to a multiple of `align`, a power of two; the sum must not
/// overflow. See cex::mem_aligned_round().
#define mem$aligned_round(size, align) ::cex::mem_aligned_round((size), (align))
/// Whether the address `p` is a multiple of `align`, a power of two. See
/// cex::mem_aligned_pointer().
#define mem$aligned_pointer(p, align) ::cex::mem_aligned_pointer((p), (align))

/// Whether this object was built with AddressSanitizer.
#define mem$asan_enabled() (::cex::kChecker == ::cex::Checker::kAsan)

/// Marks `size` bytes at `p` as memory that must not be accessed. See cex::poison() for what each
/// checker does; nothing in a release build.
#define mem$asan_poison(p, size) ::cex::poison((p), (size))
/// Makes `size` bytes at `p` usable again. See cex::lift_poison().
#define mem$asan_unpoison(p, size) ::cex::lift_poison((p), (size))
/// Whether each of the `size` bytes at `p` is still poisoned; true where nothing
/// checks. See cex::is_poisoned().
#define mem$asan_poison_check(p, size) ::cex::is_poisoned((p), (size))

#endif  // __cplusplus

#endif  // CEX_ALLOCATOR_ALLOCATOR_H_
