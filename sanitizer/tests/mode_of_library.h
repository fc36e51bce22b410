#ifndef CEX_SANITIZER_TESTS_MODE_OF_LIBRARY_H_
#define CEX_SANITIZER_TESTS_MODE_OF_LIBRARY_H_

// Whether the library that this is in was compiled with the checks of CEX_TEST.
bool is_library_checked();

#endif  // CEX_SANITIZER_TESTS_MODE_OF_LIBRARY_H_
