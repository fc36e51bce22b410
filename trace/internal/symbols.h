// Addresses of code, turned into names and lines.
#ifndef CEX_TRACE_INTERNAL_SYMBOLS_H_
#define CEX_TRACE_INTERNAL_SYMBOLS_H_

#include <stddef.h>
#include <stdint.h>

#include <string>
#include <vector>

namespace cex::detail {

// The function that a call returns to at `address`, demangled without its template
// arguments. False where it has no symbol. Allocates nothing. Thread-safe.
bool function_name(const void* address, char* name, size_t room);

// Whether `address` lies in the C or C++ library's own file, where functions may have no names,
// or in ThreadSanitizer, which starts a program's threads.
bool is_in_system_library(const void* address);

// As a person wants to read them: `file:line in function`, or what of it is known, and
// at least `module+0xoffset`. One for each address. Runs addr2line if told to and it is
// there; what it takes memory for is plain C++, as this is no part of what is traced.
std::vector<std::string> describe_addresses(const std::vector<const void*>& addresses,
                                            bool use_addr2line);

}  // namespace cex::detail

#endif  // CEX_TRACE_INTERNAL_SYMBOLS_H_
