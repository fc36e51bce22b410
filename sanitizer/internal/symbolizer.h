// Names of functions, from the program's symbols: Abseil's symbolizer, for all of cex.
#ifndef CEX_SANITIZER_INTERNAL_SYMBOLIZER_H_
#define CEX_SANITIZER_INTERNAL_SYMBOLIZER_H_

#include <stddef.h>

namespace cex::detail {

// The name of the function at `address`, demangled without its template arguments, cut to
// `room` bytes. False where it has no symbol, and in a signal handler that came in between.
// Allocates nothing. Thread-safe, and fit for children of fork().
bool find_symbol(const void* address, char* name, size_t room);

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_SYMBOLIZER_H_
