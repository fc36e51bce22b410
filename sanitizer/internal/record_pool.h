// Memory for the records of CEX_TEST, apart from all that the program has.
//
// No stray write of the program reaches it, and no leak checker takes a record for a pointer to
// what it is about. Where there is none the program ends with a message. Not by std::pmr, which not
// all standard libraries have, and which tests of ours replace.
#ifndef CEX_SANITIZER_INTERNAL_RECORD_POOL_H_
#define CEX_SANITIZER_INTERNAL_RECORD_POOL_H_

#include <stddef.h>
#include <stdint.h>

namespace cex::detail {

// Small blocks by size, used again when freed, and never returned to the system; larger ones have
// pages of their own. A pool is there from before main() until the very end: it has no destructor.
// Not thread-safe.
class RecordPool {
 public:
  // `bytes` bytes, aligned to kUnit.
  void* allocate(size_t bytes);
  void deallocate(void* p, size_t bytes);

  static constexpr size_t kUnit = 64;
  static constexpr size_t kLargestSmall = 16 * kUnit;

 private:
  struct Freed {
    Freed* next;
  };

  Freed* freed_[kLargestSmall / kUnit] = {};
  char* begin_ = nullptr;  // what is left of the newest chunk
  char* end_ = nullptr;
};

// Pages for `bytes` bytes.
void* map_records(size_t bytes);
void unmap_records(void* p, size_t bytes);

// The pool as a standard container takes it; without one each block has pages of its own.
template <typename T>
struct RecordAllocator {
  static_assert(alignof(T) <= RecordPool::kUnit);
  using value_type = T;

  // Both implicit, as containers want it.
  // NOLINTNEXTLINE(google-explicit-constructor)
  RecordAllocator(RecordPool* from = nullptr) : pool(from) {}
  template <typename Other>
  RecordAllocator(const RecordAllocator<Other>& other)  // NOLINT(google-explicit-constructor)
      : pool(other.pool) {}

  T* allocate(size_t count) {
    if (count > static_cast<size_t>(PTRDIFF_MAX) / sizeof(T)) count = PTRDIFF_MAX / sizeof(T);
    const size_t bytes = count * sizeof(T);
    return static_cast<T*>(pool != nullptr ? pool->allocate(bytes) : map_records(bytes));
  }
  void deallocate(T* p, size_t count) {
    const size_t bytes = count * sizeof(T);
    pool != nullptr ? pool->deallocate(p, bytes) : unmap_records(p, bytes);
  }
  friend bool operator==(const RecordAllocator&, const RecordAllocator&) = default;

  RecordPool* pool;
};

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_RECORD_POOL_H_
