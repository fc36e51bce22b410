#include "docs/snippets/runner.h"

#include <fnmatch.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "cex/sanitizer.h"
#include "cex/testing.h"

namespace guide {
namespace {

// The lines of `text` without the first if that is empty, as below R"(.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text[0] == '\n' ? text.substr(1) : text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool line_matches(const std::string& expected, const std::string& actual) {
  const std::string any = "…";
  std::string pattern;
  for (size_t i = 0; i < expected.size();) {
    const bool is_any = expected.compare(i, any.size(), any) == 0;
    pattern += is_any ? "*" : std::string("\\") + expected[i];
    i += is_any ? any.size() : 1;
  }
  return fnmatch(pattern.c_str(), actual.c_str(), 0) == 0;
}

bool stands_at(const std::vector<std::string>& expected, const std::vector<std::string>& actual,
               size_t at) {
  if (at + expected.size() > actual.size()) return false;
  for (size_t i = 0; i < expected.size(); ++i) {
    if (!line_matches(expected[i], actual[at + i])) return false;
  }
  return true;
}

// A matcher of GoogleTest: whether a text has the lines expected, and where.
enum class Where { kAll, kAtTheBeginning, kAnywhere };

struct Says {
  using is_gtest_matcher = void;
  std::string expected;
  Where where;

  bool MatchAndExplain(const std::string& text, std::ostream*) const {
    std::string said = text;
    const std::string disabled = "DISABLED_";
    for (size_t at = 0; (at = said.find(disabled, at)) != said.npos;) {
      said.erase(at, disabled.size());
    }
    const std::vector<std::string> lines = lines_of(said);
    const std::vector<std::string> wanted = lines_of(expected);
    if (where == Where::kAll && lines.size() != wanted.size()) return false;
    const size_t places = where == Where::kAnywhere ? lines.size() : 1;
    for (size_t at = 0; at < places; ++at) {
      if (stands_at(wanted, lines, at)) return true;
    }
    return false;
  }
  void DescribeTo(std::ostream* os) const { *os << "says:" << expected; }
  void DescribeNegationTo(std::ostream* os) const { *os << "does not say:" << expected; }
};

// Whether the library itself ends a program; else a sanitizer may be the first to see it.
bool library_reports() {
  return cex::kChecker == cex::Checker::kPattern || cex::kChecker == cex::Checker::kNone;
}

bool died(int status) {
  // After the report of a page that can't be touched the program dies as it would without.
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return signal == SIGABRT || signal == SIGSEGV ||
         (!library_reports() && !(WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

// A death test sees what its child says on stderr.
void print_on_stderr() { dup2(STDERR_FILENO, STDOUT_FILENO); }

// In a child, since a snippet may change what others rely on.
template <typename Body>
void expect_end(const Body& body, const char* expected) {
  fflush(nullptr);
  EXPECT_EXIT(
      {
        print_on_stderr();
        int status = 1;
        {
          const cex::testing::LeakCheck check;
          status = body();
        }
        fflush(nullptr);
        _exit(status);
      },
      testing::ExitedWithCode(0), Says({expected, Where::kAll}));
}

}  // namespace

void expect_output(void (*body)(), const char* expected) {
  expect_end(
      [body] {
        body();
        return 0;
      },
      expected);
}

void expect_program(int (*main_function)(), const char* expected) {
  expect_end(main_function, expected);
}

void expect_report_always(void (*body)(), const char* expected) {
  EXPECT_EXIT(
      {
        {
          const cex::testing::LeakCheck check;
          body();
        }
        _exit(0);  // which Valgrind makes another status if it found something
      },
      died, Says({library_reports() ? expected : "", Where::kAtTheBeginning}));
}

void expect_report(void (*body)(), const char* expected) {
  if (!cex::kChecked) GTEST_SKIP() << "the checks report it";
  expect_report_always(body, expected);
}

void expect_failure(const char* test_case, const char* expected) {
  if (!cex::kChecked) GTEST_SKIP() << "the checks report it";
  // Its name: under Valgrind the link itself is followed to Valgrind.
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string filter = std::string("--gtest_filter=") + test_case;
  EXPECT_EXIT(
      {
        // They are about this program's own run.
        for (const char* name : {"XML_OUTPUT_FILE", "TEST_PREMATURE_EXIT_FILE", "TEST_SHARD_INDEX",
                                 "TEST_TOTAL_SHARDS", "TEST_SHARD_STATUS_FILE",
                                 "TESTBRIDGE_TEST_ONLY", "GTEST_OUTPUT"}) {
          unsetenv(name);
        }
        setenv("LSAN_OPTIONS", "detect_leaks=0", 1);  // what the case leaks is the chapter's point
        print_on_stderr();
        execl(self.c_str(), "guide", filter.c_str(), "--gtest_also_run_disabled_tests",
              "--gtest_color=no", static_cast<char*>(nullptr));
      },
      testing::ExitedWithCode(1), Says({expected, Where::kAnywhere}));
}

}  // namespace guide
