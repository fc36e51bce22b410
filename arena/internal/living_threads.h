// Which threads are still there, for the check that an arena has one user.
#ifndef CEX_ARENA_INTERNAL_LIVING_THREADS_H_
#define CEX_ARENA_INTERNAL_LIVING_THREADS_H_

#include <stdint.h>

namespace cex::detail {

// The calling thread's number: from 1 up, never used twice.
uint64_t this_thread();

// Whether the thread of that number has not ended yet. Thread-safe.
bool is_living(uint64_t thread);

// Whether `p` lies on this thread's stack.
bool is_on_this_stack(const void* p);

}  // namespace cex::detail

#endif  // CEX_ARENA_INTERNAL_LIVING_THREADS_H_
