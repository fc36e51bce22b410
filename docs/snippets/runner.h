// What the tests of the guide's snippets call: whether a snippet prints what the chapter
// says. In the text expected, … stands for any characters of one line.
#ifndef CEX_DOCS_SNIPPETS_RUNNER_H_
#define CEX_DOCS_SNIPPETS_RUNNER_H_

namespace guide {

// Runs `body` in a child process, where it has to print just `expected`, and to leak nothing.
void expect_output(void (*body)(), const char* expected = "");

// The same for a program's main(), which has to return 0.
void expect_program(int (*main_function)(), const char* expected = "");

// Runs `body` in a child process, which has to die with a report that begins with `expected`;
// built for a sanitizer, in whatever words.
void expect_report_always(void (*body)(), const char* expected);

// The same with the checks of CEX_TEST; skips the case without.
void expect_report(void (*body)(), const char* expected);

// With the checks: runs a (disabled) case of this very program, SUITE.DISABLED_NAME, which
// has to fail and to print `expected` among others; skips the case without.
void expect_failure(const char* test_case, const char* expected);

}  // namespace guide

// A snippet shows a call; what it would do with the result is another matter.
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wunused-const-variable"

#endif  // CEX_DOCS_SNIPPETS_RUNNER_H_
