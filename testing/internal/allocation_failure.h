// What is known of an allocation that was made to fail, for another process to read.
#ifndef CEX_TESTING_INTERNAL_ALLOCATION_FAILURE_H_
#define CEX_TESTING_INTERNAL_ALLOCATION_FAILURE_H_

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <atomic>
#include <string>

#include "cex/report.h"
#include "cex/sanitizer/internal/stack_trace.h"
#include "cex/site.h"

namespace cex::detail {

// "1 block", "2 blocks".
inline std::string count_of(uint64_t n, const char* what) {
  return std::to_string(n) + " " + what + plural(n);
}

// Plain data without pointers to follow: a child that crashes may have written over it.
struct AllocationFailure {
  uint64_t number = 0;  // 0: none so far
  size_t size = 0;
  size_t alignment = 0;
  char file[512] = {};  // where it was asked for: empty where it is not known
  int line = 0;
  StackTrace stack;

  void set_site(Site site) {
    if (site.file == nullptr) return;
    // Of a long path the end says more.
    const size_t length = strlen(site.file);
    const size_t room = sizeof(file) - 1;
    snprintf(file, sizeof(file), "%s", site.file + (length > room ? length - room : 0));
    line = site.line;
  }
};

// The last such failure. One thread at a time sets it; a process that shares this memory may
// read it at any moment, also when the one that sets it was killed on the way.
class LastFailure {
 public:
  void set(const AllocationFailure& failure) {
    const uint32_t other = 1 - (newest_.load(std::memory_order_relaxed) & 1);
    slots_[other] = failure;
    newest_.store(other, std::memory_order_release);
  }

  AllocationFailure get() const {
    AllocationFailure failure = slots_[newest_.load(std::memory_order_acquire) & 1];
    failure.file[sizeof(failure.file) - 1] = '\0';
    if (failure.stack.depth < 0 || failure.stack.depth > kMaxFrames) failure.stack.depth = 0;
    return failure;
  }

 private:
  AllocationFailure slots_[2];
  std::atomic<uint32_t> newest_ = 0;
};

// Its number, bytes, line and symbolized stack; empty where there is none.
std::string describe(const AllocationFailure& failure);

}  // namespace cex::detail

#endif  // CEX_TESTING_INTERNAL_ALLOCATION_FAILURE_H_
