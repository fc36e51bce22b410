// A backing allocator for tests: it counts what is live, and fails when told to.
#ifndef CEX_ALLOCATOR_TESTS_COUNTING_ALLOCATOR_H_
#define CEX_ALLOCATOR_TESTS_COUNTING_ALLOCATOR_H_

#include <map>

#include "cex/allocator.h"

namespace cex::testing {

class CountingAllocator {
 public:
  static constexpr size_t kNever = SIZE_MAX;

  explicit CountingAllocator(IAllocator below = mem$);
  CountingAllocator(const CountingAllocator&) = delete;
  CountingAllocator& operator=(const CountingAllocator&) = delete;

  IAllocator allocator() const { return &state_.base; }

  // The calls of malloc, calloc and realloc from number `first` on (0 is the next
  // one) give nullptr; `count` of them do.
  void fail(size_t first, size_t count = kNever) {
    fail_first_ = first == kNever ? kNever : requests + first;
    fail_count_ = count;
  }

  size_t live_blocks() const { return sizes_.size(); }

  size_t requests = 0;    // calls that asked for memory
  size_t live_bytes = 0;  // allocated and not freed
  size_t peak_bytes = 0;
  size_t largest = 0;  // the largest block ever asked for

 private:
  struct State {
    Allocator_i base;
    CountingAllocator* owner;
  };
  static CountingAllocator* owner_of(IAllocator self);
  static void* do_malloc(IAllocator self, size_t size, size_t align);
  static void* do_calloc(IAllocator self, size_t count, size_t size, size_t align);
  static void* do_realloc(IAllocator self, void* p, size_t size, size_t align);
  static void* do_free(IAllocator self, void* p);

  bool next_fails();
  void add(void* p, size_t size);
  void remove(void* p);

  State state_;
  IAllocator below_;
  size_t fail_first_ = kNever;
  size_t fail_count_ = 0;
  std::map<void*, size_t> sizes_;
};

}  // namespace cex::testing

#endif  // CEX_ALLOCATOR_TESTS_COUNTING_ALLOCATOR_H_
