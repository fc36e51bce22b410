// A shared library that does something at the end of the program.
#ifndef CEX_TESTING_TESTS_AT_EXIT_H_
#define CEX_TESTING_TESTS_AT_EXIT_H_

namespace at_exit {

struct Call {
  void (*function)(void*) = nullptr;
  void* argument = nullptr;
};

// What the destructor of a static object of the library calls, and what a function of it that
// the linker's list of destructors has.
extern Call in_static_object;
extern Call in_destructor_function;

}  // namespace at_exit

#endif  // CEX_TESTING_TESTS_AT_EXIT_H_
