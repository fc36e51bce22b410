// A return address as those who unwind a stack have it.
#ifndef CEX_SANITIZER_INTERNAL_RETURN_ADDRESS_H_
#define CEX_SANITIZER_INTERNAL_RETURN_ADDRESS_H_

#include <stdint.h>

namespace cex::detail {

// The address in code of __builtin_return_address(): on 32-bit Arm its lowest bit says which
// instructions are there, and is not in a frame's.
inline const void* code_address(const void* return_address) {
#ifdef __arm__
  return reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(return_address) & ~uintptr_t{1});
#else
  return return_address;
#endif
}

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_RETURN_ADDRESS_H_
