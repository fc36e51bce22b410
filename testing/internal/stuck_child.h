// A child of fork() that waits for a thread which it does not have.
#ifndef CEX_TESTING_INTERNAL_STUCK_CHILD_H_
#define CEX_TESTING_INTERNAL_STUCK_CHILD_H_

#include <sys/types.h>

namespace cex::detail {

// Whether the process has one thread, and that waits for a lock, a condition or a future of
// its own memory without end: nothing but a signal's handler could wake it. False where the system
// does not tell.
bool is_stuck(pid_t child);

// Whether it has a handler for an alarm, a child's end or the like, which could.
bool may_be_woken(pid_t child);

}  // namespace cex::detail

#endif  // CEX_TESTING_INTERNAL_STUCK_CHILD_H_
