// What each program of this directory begins with.
//
//   PROGRAM(overflow_by_one) { // FOUND, if the report names this line
//     …the program, with `bug` true or, for its correct twin, false
//   }
//
// A comment `BUG` marks the statement that is wrong. Where CEX_TEST's report names
// another line, because that is where a late finding is made, `FOUND` marks that one.
#ifndef CEX_TESTING_BUGS_PROGRAM_H_
#define CEX_TESTING_BUGS_PROGRAM_H_

#include "cex/allocator.h"
#include "cex/site.h"

namespace bugs {

class Program {
 public:
  using Run = void (*)(bool bug);

  Program(const char* program_name, cex::Site at, Run program);

  const char* name;
  cex::Site site;
  Run run;
  const Program* next;
};

// A pointer whose origin the compiler does not see: a larger program would have
// passed it through other files.
template <typename T>
T* hide(T* p) {
  asm volatile("" : "+r"(p) : : "memory");
  return p;
}

// Prints nothing, and keeps the compiler from dropping the value.
template <typename T>
void use(const T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

}  // namespace bugs

// The end-of-case checks run when the program returns, with this line as theirs.
#define PROGRAM(name)                                                                 \
  static void run_##name(bool bug);                                                   \
  static const bugs::Program program_##name(#name, cex::Site::current(), run_##name); \
  static void run_##name([[maybe_unused]] bool bug)

#endif  // CEX_TESTING_BUGS_PROGRAM_H_
