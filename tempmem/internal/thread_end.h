// Freeing a thread's temporary memory when the thread, or the program, ends.
#ifndef CEX_TEMPMEM_INTERNAL_THREAD_END_H_
#define CEX_TEMPMEM_INTERNAL_THREAD_END_H_

namespace cex::detail {

// Has temp_release() called when the calling thread ends, after the destructors of its
// thread_local objects, which may use tmem$; and when the program ends. From the first call on
// dlclose() does not unmap the library that cex is part of.
void at_thread_end();

// The thread has ended, and scopes are open that nothing is left to end. With the checks,
// reports them; without, ends them.
void temp_left_open();

}  // namespace cex::detail

#endif  // CEX_TEMPMEM_INTERNAL_THREAD_END_H_
