// An arena in a static buffer: no heap, no threads, no exceptions, and no reports, which are code
// of their own where a handler is set. docs/guide/small_devices.md goes through it, and draws the
// buffer.
#include "cex/arena.h"
#include "cex/fixed.h"
#include "examples/device/console.h"

namespace {

alignas(64) char buffer[8 << 10];

// The checksum of a message that is made in scratch memory: gone with the scope.
unsigned checksum(IAllocator a, size_t length) {
  unsigned sum = 0;
  mem$scope(a, scratch) {
    unsigned char* const message = mem$malloc(scratch, length);
    if (message == nullptr) return 0;
    for (size_t i = 0; i < length; ++i) message[i] = static_cast<unsigned char>(i * i);
    for (size_t i = 0; i < length; ++i) sum = sum * 31 % 65521 + message[i];
  }
  return sum;
}

}  // namespace

int main() {
  // The buffer is all the memory that there is.
  const IAllocator memory = AllocatorFixed.create(buffer, sizeof(buffer));
  // An arena whose pages of 1 KiB lie in it.
  const IAllocator arena = AllocatorArena.create(1024, {.backing = memory});
  if (arena == nullptr) return 1;
  for (size_t length = 10; length <= 1000; length *= 10) print("checksum", checksum(arena, length));
  const bool is_refused = mem$malloc(arena, sizeof(buffer)) == nullptr;
  print("too much is refused", is_refused);
  print("bytes in use", AllocatorArena.stats(arena).bytes_in_use);
  AllocatorArena.destroy(arena);
  return 0;
}
