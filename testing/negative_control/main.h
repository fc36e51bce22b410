// main() of a negative control: runs the bug that is named on the command line.
//
//   BUG(fine) { …what is correct… }
//   BUG(overflow) { …what the tool is to find… }
#ifndef CEX_TESTING_NEGATIVE_CONTROL_MAIN_H_
#define CEX_TESTING_NEGATIVE_CONTROL_MAIN_H_

#include <stdio.h>
#include <string.h>

struct Bug {
  Bug(const char* its_name, void (*its_run)()) : name(its_name), run(its_run), next(first) {
    first = this;
  }

  static inline const Bug* first = nullptr;
  const char* name;
  void (*run)();
  const Bug* next;
};

#define BUG(name)                              \
  static void name();                          \
  static const Bug name##_is_bug(#name, name); \
  static void name()

// Reads and writes that no compiler removes, or knows to be in bounds.
inline char read(const char* p) {
  asm volatile("" : "+r"(p));
  return *static_cast<const volatile char*>(p);
}
inline void write(char* p) {
  asm volatile("" : "+r"(p));
  *static_cast<volatile char*>(p) = 1;
}

int main(int argc, char** argv) {
  for (const Bug* bug = Bug::first; bug != nullptr; bug = bug->next) {
    if (argc != 2 || strcmp(argv[1], bug->name) != 0) continue;
    bug->run();
    return 0;
  }
  fprintf(stderr, "no such bug\n");
  return 2;
}

#endif  // CEX_TESTING_NEGATIVE_CONTROL_MAIN_H_
