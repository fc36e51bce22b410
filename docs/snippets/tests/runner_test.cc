// What is not as a chapter says makes a test fail.
#include "docs/snippets/runner.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <stdlib.h>

#include "cex/allocator.h"
#include "cex/sanitizer.h"

namespace {

void say_two_lines() { puts("one (1)\ntwo"); }
void leak() { (void)mem$malloc(mem$, 10); }
void die_of_a_report();  // below, since the lines are another file's from there on

TEST(Runner, Output) {
  guide::expect_output([] {});
  guide::expect_output(say_two_lines, "\none (1)\ntwo\n");
  guide::expect_output(say_two_lines, "…(…)\nt…o\n");
  for (const char* other : {"", "one (1)\n", "two\n", "one (2)\ntwo\n", "one (1)\ntwo\nthree\n",
                            "on…\nt…n\n", "one (?)\ntwo\n", "…\n"}) {
    static const char* wrong;
    wrong = other;
    EXPECT_NONFATAL_FAILURE(guide::expect_output(say_two_lines, wrong), "says:");
  }
  EXPECT_NONFATAL_FAILURE(guide::expect_output([] { abort(); }), "Terminated by signal 6");
}

TEST(Runner, Leak) {
  if (cex::kChecked) {
    EXPECT_NONFATAL_FAILURE(guide::expect_output(leak), "leak: 1 block");
  } else {
    guide::expect_output(leak);
  }
}

TEST(Runner, Program) {
  guide::expect_program([] { return puts("one") < 0 ? 1 : 0; }, "one\n");
  EXPECT_NONFATAL_FAILURE(guide::expect_program([] { return 3; }), "Exited with exit status 3");
}

TEST(Runner, Report) {
  guide::expect_report_always(die_of_a_report, "\ncex: example.cc:1: mem$scope on …: mem$ is …\n");
  EXPECT_NONFATAL_FAILURE(guide::expect_report_always(say_two_lines, ""),
                          "Exited with exit status 0");
  EXPECT_NONFATAL_FAILURE(guide::expect_report_always([] { exit(1); }, ""), "xited");
  EXPECT_NONFATAL_FAILURE(guide::expect_report_always(die_of_a_report, "cex: example.cc:2: …\n"),
                          "mem$ is the heap");
  if (cex::kChecked) {
    EXPECT_NONFATAL_FAILURE(guide::expect_report(say_two_lines, ""), "Exited with exit status 0");
  } else {
    guide::expect_report(say_two_lines, "");
  }
}

TEST(RunnerTest, DISABLED_Fails) { FAIL() << "for a reason\nof its own"; }
TEST(RunnerTest, DISABLED_Succeeds) {}

TEST(Runner, Failure) {
  guide::expect_failure("RunnerTest.DISABLED_Fails", "\nfor a reason\nof its own\n");
  if (!cex::kChecked) return;
  EXPECT_NONFATAL_FAILURE(guide::expect_failure("RunnerTest.DISABLED_Fails", "for\nno reason\n"),
                          "for a reason");
  EXPECT_NONFATAL_FAILURE(guide::expect_failure("RunnerTest.DISABLED_Succeeds", ""), "xited");
}

void die_of_a_report() {
#line 1 "example.cc"
  mem$scope(mem$, _) (void)mem$malloc(_, 100);
}

}  // namespace
