// main() of a negative control: runs the bug that is named on the command line.
#ifndef CEX_TESTING_NEGATIVE_CONTROL_MAIN_H_
#define CEX_TESTING_NEGATIVE_CONTROL_MAIN_H_

#include <stdio.h>
#include <string.h>

namespace negative_control {

struct Bug {
  const char* name;
  void (*run)();
};

// Reads and writes that no compiler removes, or knows to be in bounds.
inline char read(const char* p) {
  asm volatile("" : "+r"(p));
  return *static_cast<const volatile char*>(p);
}
inline void write(char* p) {
  asm volatile("" : "+r"(p));
  *static_cast<volatile char*>(p) = 1;
}

template <size_t kCount>
int run(const Bug (&bugs)[kCount], int argc, char** argv) {
  for (const Bug& bug : bugs) {
    if (argc == 2 && strcmp(argv[1], bug.name) == 0) {
      bug.run();
      return 0;
    }
  }
  fprintf(stderr, "no such bug\n");
  return 2;
}

}  // namespace negative_control

#endif  // CEX_TESTING_NEGATIVE_CONTROL_MAIN_H_
