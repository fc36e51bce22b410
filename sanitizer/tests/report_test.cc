// cex::set_report_handler: who gets a report, and how the program ends.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "cex/report.h"

namespace {

std::string received;

void keep(const char* text, size_t size) {
  if (text != nullptr) {
    received.append(text, size);
    return;
  }
  fprintf(stdout, "received: %s", received.substr(0, received.find('\n') + 1).c_str());
  fflush(stdout);
  _Exit(7);
}

void pass_on(const char* text, size_t size) {
  if (text != nullptr) fwrite(text, 1, size, stderr);
  if (text == nullptr) fputs("the end\n", stderr);
}

class ReportDeathTest : public testing::Test {
 protected:
  ~ReportDeathTest() override { cex::set_report_handler(nullptr); }
};

TEST_F(ReportDeathTest, WithoutAHandlerStderrAndAbort) {
  EXPECT_EXIT(cex::die({"file.cc", 3}, "%zu of %s", size_t{2}, "three"),
              testing::KilledBySignal(SIGABRT), "^cex: file.cc:3: 2 of three\n");
}

TEST_F(ReportDeathTest, AHandlerHasItAndEndsTheProgram) {
  cex::set_report_handler(keep);
  EXPECT_EXIT(
      {
        dup2(2, 1);
        cex::die({"file.cc", 3}, "lost %d", 2);
      },
      testing::ExitedWithCode(7), "^received: cex: file.cc:3: lost 2\n");
}

TEST_F(ReportDeathTest, OneThatReturnsIsFollowedByAbort) {
  cex::set_report_handler(pass_on);
  EXPECT_EXIT(cex::die_here("something"), testing::KilledBySignal(SIGABRT),
              "^cex: .*something\n(.*\n)*the end\n");
}

// A default argument names such a line where the standard library makes the call.
TEST_F(ReportDeathTest, ALineOfTheStandardLibraryIsNone) {
  for (const char* file : {"/usr/include/c++/12/bits/stl_algo.h", "/usr/include/c++/"}) {
    EXPECT_DEATH(cex::die({file, 3}, "x"), "^cex: \\(unknown line\\): x");
  }
  for (const char* file : {"/usr/include/c++", "/usr/include/c+/a.h", "include/c++/a.h"}) {
    EXPECT_DEATH(cex::die({file, 3}, "x"), "^cex: .*include.*:3: x");
  }
}

TEST_F(ReportDeathTest, ALongTextIsCut) {
  const std::string text(10'000, 'x');
  EXPECT_EXIT(cex::die({"file.cc", 3}, "%s", text.c_str()), testing::KilledBySignal(SIGABRT),
              "^cex: file.cc:3: x{4000}x*\n");
}

TEST(ReportTest, TheHandlerBeforeIsReturned) {
  EXPECT_EQ(cex::set_report_handler(keep), nullptr);
  EXPECT_EQ(cex::set_report_handler(pass_on), keep);
  EXPECT_EQ(cex::set_report_handler(nullptr), pass_on);
}

}  // namespace
