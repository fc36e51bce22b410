// g++ takes what <regex> does for the use of something uninitialized once
// AddressSanitizer's code is in it.
#if defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "docs/snippets/runner.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <regex>
#include <sstream>
#include <vector>

#include "cex/sanitizer.h"
#include "cex/testing.h"

namespace cex::guide {
namespace {

// The status of a child whose program's main() returned something else than 0.
constexpr int kMainFailed = 97;

// How a child ended and what it said.
struct Ended {
  int status = 0;
  std::string out;
  std::string err;
};

std::string contents(int fd) {
  std::string text;
  char buffer[4096];
  lseek(fd, 0, SEEK_SET);
  for (ssize_t n = 0; (n = read(fd, buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
  }
  close(fd);
  return text;
}

// `child` does not return. Files in memory, since a full pipe would stop the child.
template <typename Child>
Ended in_child(Child&& child) {
  Ended ended;
  const int out = memfd_create("stdout", MFD_CLOEXEC);
  const int err = memfd_create("stderr", MFD_CLOEXEC);
  fflush(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    alarm(60);
    child();
    _exit(1);
  }
  EXPECT_GT(pid, 0) << "fork: " << strerror(errno);
  while (waitpid(pid, &ended.status, 0) < 0 && errno == EINTR) {
  }
  ended.out = contents(out);
  ended.err = contents(err);
  return ended;
}

Ended run(void (*body)()) {
  return in_child([body] {
    {
      testing::LeakCheck check;
      body();
    }
    fflush(nullptr);
    _exit(0);
  });
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// Whether all of `expected` stands in `actual`, from line `at` on.
bool stands_at(const std::vector<std::string>& expected, const std::vector<std::string>& actual,
               size_t at) {
  if (at + expected.size() > actual.size()) return false;
  for (size_t i = 0; i < expected.size(); ++i) {
    if (!matches(expected[i], actual[at + i])) return false;
  }
  return true;
}

std::string where(const Snippet& snippet) {
  return std::string(snippet.chapter) + ":" + std::to_string(snippet.line) + ": ";
}

void expect_death(const Snippet& snippet, void (*body)()) {
  const Ended ended = run(body);
  const std::string said = as_the_reader_sees(snippet, ended.err);
  EXPECT_FALSE(WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 0)
      << where(snippet) << "nothing ended the snippet";
  // A sanitizer may be the first to see it, in words of its own.
  if (kChecker != Checker::kPattern && kChecker != Checker::kNone) return;
  // After the report of a page that can't be touched the program dies as it would without.
  const int signal = WIFSIGNALED(ended.status) ? WTERMSIG(ended.status) : 0;
  EXPECT_TRUE(signal == SIGABRT || signal == SIGSEGV)
      << where(snippet) << "it did not end with a report:\n"
      << said;
  EXPECT_TRUE(stands_at(lines_of(snippet.expected), lines_of(said), 0))
      << where(snippet) << "expected this report:\n"
      << snippet.expected << "\nbut it was:\n"
      << said;
}

}  // namespace

bool matches(const std::string& expected, const std::string& actual) {
  const std::string any = "…";
  size_t from = 0;
  size_t begin = 0;
  for (bool is_first = true;; is_first = false) {
    const size_t gap = expected.find(any, from);
    const bool is_last = gap == std::string::npos;
    const std::string part = expected.substr(from, is_last ? gap : gap - from);
    if (is_first && is_last) return part == actual;
    if (is_first) {
      if (actual.compare(0, part.size(), part) != 0) return false;
      begin = part.size();
    } else if (is_last) {
      return actual.size() >= begin + part.size() &&
             actual.compare(actual.size() - part.size(), part.size(), part) == 0;
    } else {
      const size_t at = actual.find(part, begin);
      if (at == std::string::npos) return false;
      begin = at + part.size();
    }
    from = gap + any.size();
  }
}

std::string as_the_reader_sees(const Snippet& snippet, const std::string& text) {
  const std::string prefix = std::string(snippet.chapter) + ":";
  std::string seen;
  size_t from = 0;
  for (;;) {
    const size_t at = text.find(prefix, from);
    if (at == std::string::npos) return seen + text.substr(from);
    size_t end = at + prefix.size();
    const size_t digits = end;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    seen += text.substr(from, at - from);
    const int line = atoi(text.substr(digits, end - digits).c_str()) - snippet.line + 1;
    if (line >= 1 && line <= snippet.lines) {
      seen += std::string(snippet.name) + ":" + std::to_string(line);
    } else {
      seen += text.substr(at, end - at);
    }
    from = end;
  }
}

void expect_output(const Snippet& snippet, void (*body)()) {
  const Ended ended = run(body);
  EXPECT_TRUE(WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 0)
      << where(snippet) << "it did not come to its end (wait status " << ended.status << "):\n"
      << as_the_reader_sees(snippet, ended.err);
  const std::vector<std::string> expected = lines_of(snippet.expected);
  const std::vector<std::string> actual = lines_of(as_the_reader_sees(snippet, ended.out));
  EXPECT_TRUE(expected.size() == actual.size() && stands_at(expected, actual, 0))
      << where(snippet) << "the chapter says that it prints:\n"
      << snippet.expected << "\nbut it printed:\n"
      << ended.out;
}

void expect_report(const Snippet& snippet, void (*body)()) { expect_death(snippet, body); }

void expect_report_always(const Snippet& snippet, void (*body)()) { expect_death(snippet, body); }

void expect_failure(const Snippet& snippet, const char* test_case) {
  // Its name: under Valgrind the link itself is followed to Valgrind.
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const Ended ended = in_child([test_case, &self] {
    // They are about this program's own run.
    for (const char* name : {"XML_OUTPUT_FILE", "TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS",
                             "TEST_SHARD_STATUS_FILE", "TESTBRIDGE_TEST_ONLY", "GTEST_OUTPUT"}) {
      unsetenv(name);
    }
    setenv("LSAN_OPTIONS", "detect_leaks=0", 1);  // what the case leaks is the chapter's point
    const std::string filter = std::string("--gtest_filter=") + test_case;
    execl(self.c_str(), "guide", filter.c_str(), "--gtest_also_run_disabled_tests",
          "--gtest_color=no", static_cast<char*>(nullptr));
  });
  EXPECT_TRUE(WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 1)
      << where(snippet) << "the case did not fail (wait status " << ended.status << ")\n"
      << ended.err;
  const std::string said = as_the_reader_sees(
      snippet, std::regex_replace(ended.out + ended.err, std::regex("DISABLED_"), ""));
  const std::vector<std::string> actual = lines_of(said);
  const std::vector<std::string> expected = lines_of(snippet.expected);
  bool found = false;
  for (size_t at = 0; at < actual.size() && !found; ++at) found = stands_at(expected, actual, at);
  EXPECT_TRUE(found) << where(snippet) << "expected it to print:\n"
                     << snippet.expected << "\nbut it printed:\n"
                     << said;
}

void expect_success(int status) {
  fflush(nullptr);
  if (status != 0) _exit(kMainFailed);
}

}  // namespace cex::guide
