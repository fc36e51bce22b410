// What a chapter's test calls for each of its snippets: run it in a child process and
// compare what it says with what the chapter says it says.
#ifndef CEX_DOCS_SNIPPETS_RUNNER_H_
#define CEX_DOCS_SNIPPETS_RUNNER_H_

#include <string>

namespace cex::guide {

// Where a snippet stands and what the text fence below it has.
struct Snippet {
  const char* chapter;  // as #line names it
  int line;             // of the snippet's first line in the chapter
  int lines;            // how many it has
  const char* name;     // what the reader takes its file to be called
  bool has_output;
  std::string expected;
};

// Runs `body`, which has to come to its end, to print on stdout what is expected, and
// (under CEX_TEST) to leak nothing.
void expect_output(const Snippet& snippet, void (*body)());

// Runs `body`, which has to end the program with the report that is expected: the first
// lines of it on stderr. Built for a sanitizer it has to end the program.
void expect_report(const Snippet& snippet, void (*body)());
void expect_report_always(const Snippet& snippet, void (*body)());

// Runs the (disabled) case of this very program, which has to fail and to print the
// lines expected, one below the other.
void expect_failure(const Snippet& snippet, const char* test_case);

// Called by the body of a program: its main() has returned `status`.
void expect_success(int status);

// Whether `actual` is `expected`, in which … stands for any characters of a line.
bool matches(const std::string& expected, const std::string& actual);

// `text` with lines of the chapter counted from the snippet's first, as NAME:LINE.
std::string as_the_reader_sees(const Snippet& snippet, const std::string& text);

}  // namespace cex::guide

#endif  // CEX_DOCS_SNIPPETS_RUNNER_H_
