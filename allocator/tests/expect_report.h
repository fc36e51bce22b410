// EXPECT_REPORT: a death test for the messages of CEX_TEST, exact to the line.
#ifndef CEX_ALLOCATOR_TESTS_EXPECT_REPORT_H_
#define CEX_ALLOCATOR_TESTS_EXPECT_REPORT_H_

#include <stdint.h>
#include <string.h>

#include <string>

#include <gtest/gtest.h>

#include "cex/sanitizer.h"

namespace cex::testing {

// A regular expression for the literal text `cex: FILE:LINE: MESSAGE`.
inline std::string report_at(const char* file, int line, const char* message) {
  const std::string text =
      "cex: " + std::string(file) + ":" + std::to_string(line) + ": " + message;
  std::string pattern;
  for (const char c : text) {
    if (strchr("$()*+.?[]^{}|\\", c) != nullptr) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

// A pointer whose origin the compiler does not see, so that it lets a test misuse
// it.
template <typename T>
T* hide(T* p) {
  asm volatile("" : "+r"(p));
  return p;
}

// Overwrites bytes as a stray pointer would.
inline void scribble(void* p, size_t size) {
  volatile char* const bytes = static_cast<char*>(hide(p));
  for (size_t i = 0; i < size; ++i) bytes[i] = 0x5a;
}

// An access that stands in a stack, and that no compiler removes.
[[gnu::noinline]] inline char read_at(const char* p) {
  return *const_cast<const volatile char*>(hide(const_cast<char*>(p)));
}
[[gnu::noinline]] inline void write_at(char* p) { *static_cast<volatile char*>(hide(p)) = 1; }

// A stray write is found later by cex, or by AddressSanitizer on the spot; Valgrind
// and MemorySanitizer have reports of their own, which end no program.
inline constexpr bool kStrayWritesEndTheProgram =
    kChecker == Checker::kPattern || kChecker == Checker::kAsan;

// What the end of the program says then.
inline std::string stray_report_at(const char* file, int line, const char* message) {
  return kChecker == Checker::kAsan ? "AddressSanitizer: " : report_at(file, line, message);
}

}  // namespace cex::testing

// The statement, on one line, ends the program with a message that begins with
// `message` and names this line.
#define EXPECT_REPORT(statement, message) \
  EXPECT_DEATH(statement, ::cex::testing::report_at(__FILE__, __LINE__, message))

// As above for a message that names another line of this file.
#define EXPECT_REPORT_AT(statement, line, message) \
  EXPECT_DEATH(statement, ::cex::testing::report_at(__FILE__, line, message))

// A stray write: `write` goes unnoticed and `statement` reports it; or, under
// AddressSanitizer, `write` itself is the end.
#define EXPECT_STRAY_WRITE_REPORT(write, statement, message) \
  EXPECT_STRAY_WRITE_REPORT_AT(write, statement, __LINE__, message)
#define EXPECT_STRAY_WRITE_REPORT_AT(write, statement, line, message) \
  do {                                                                \
    if constexpr (::cex::testing::kStrayWritesEndTheProgram) {        \
      EXPECT_DEATH(                                                   \
          {                                                           \
            write;                                                    \
            statement;                                                \
          },                                                          \
          ::cex::testing::stray_report_at(__FILE__, line, message));  \
    }                                                                 \
  } while (false)

#endif  // CEX_ALLOCATOR_TESTS_EXPECT_REPORT_H_
