// Runs a file's bytes as a program for the model of an arena.
#ifndef CEX_ARENA_FUZZ_ARENA_FUZZ_H_
#define CEX_ARENA_FUZZ_ARENA_FUZZ_H_

#include <stddef.h>
#include <stdint.h>

namespace cex::testing {

// Fails as GoogleTest's assertions do. Returns how many operations it was.
size_t fuzz_arena(const uint8_t* data, size_t size);

}  // namespace cex::testing

#endif  // CEX_ARENA_FUZZ_ARENA_FUZZ_H_
