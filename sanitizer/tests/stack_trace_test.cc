// Stack traces have the program's own frames, in order, and so has a report.
#include "cex/sanitizer/internal/stack_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <setjmp.h>
#include <signal.h>

#include <string>

#include "cex/allocator.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/symbolizer.h"

using cex::detail::capture_stack;
using cex::detail::capture_stack_from;
using cex::detail::describe_frame;
using cex::detail::StackTrace;
using testing::ContainsRegex;

namespace callers {

enum class How { kWhole, kSkipOne, kFromCaller, kFreesTwice };

// A call in front of it is not the last thing that a function does, so that the frame stays.
inline void go_on() { asm volatile(""); }

[[gnu::noinline]] StackTrace innermost(How how) {
  StackTrace trace;
  switch (how) {
    case How::kWhole:
      trace = capture_stack(0);
      break;
    case How::kSkipOne:
      trace = capture_stack(1);
      break;
    case How::kFromCaller:
      trace = capture_stack_from(__builtin_return_address(0));
      break;
    case How::kFreesTwice: {
      void* const p = mem$malloc(mem$, 10);
      void* again = p;
      void* once = p;
      mem$free(mem$, once);
      mem$free(mem$, again);
    }
  }
  go_on();
  return trace;
}

[[gnu::noinline]] StackTrace middle(How how) {
  const StackTrace trace = innermost(how);
  go_on();
  return trace;
}

[[gnu::noinline]] StackTrace outermost(How how) {
  const StackTrace trace = middle(how);
  go_on();
  return trace;
}

[[gnu::noinline]] void dies() { cex::die({"file.cc", 3}, "nothing"); }

}  // namespace callers

namespace {

using callers::How;

std::string text_of(const StackTrace& trace) {
  std::string text;
  for (int i = 0; i < trace.depth; ++i) {
    char line[1024];
    text.append(line, describe_frame(trace, i, cex::detail::find_symbol, line, sizeof(line)));
  }
  return text;
}

TEST(StackTraceTest, HasEachCaller) {
  EXPECT_THAT(text_of(callers::outermost(How::kWhole)),
              ContainsRegex("^    #0 0x[0-9a-f]+ .*innermost.*\n    #1 0x[0-9a-f]+ .*middle.*\n"
                            "    #2 0x[0-9a-f]+ .*outermost.*\n    #3 0x.*\n"));
}

TEST(StackTraceTest, SkipsFrames) {
  EXPECT_THAT(text_of(callers::outermost(How::kSkipOne)),
              ContainsRegex("^    #0 0x[0-9a-f]+ .*middle.*\n    #1 0x[0-9a-f]+ .*outermost.*\n"));
}

TEST(StackTraceTest, BeginsWithACaller) {
  EXPECT_THAT(text_of(callers::outermost(How::kFromCaller)),
              ContainsRegex("^    #0 0x[0-9a-f]+ .*middle.*\n    #1 0x[0-9a-f]+ .*outermost.*\n"));
}

#if defined(__x86_64__) && defined(__linux__)
// One that faults with its first instruction, right behind another.
asm(R"(
  .text
  .type in_front_of_it, @function
  in_front_of_it: ret
  .size in_front_of_it, . - in_front_of_it
  .globl faults_at_once
  .type faults_at_once, @function
  faults_at_once:
  .cfi_startproc
  ud2
  .cfi_endproc
  .size faults_at_once, . - faults_at_once
)");
extern "C" void faults_at_once();

sigjmp_buf before_fault;
StackTrace at_fault;

TEST(StackTraceTest, TheFunctionThatASignalInterruptedIsNamed) {
  struct sigaction action = {};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t* info, void*) {
    at_fault = capture_stack_from(info->si_addr);
    siglongjmp(before_fault, 1);
  };
  struct sigaction old = {};
  ASSERT_EQ(sigaction(SIGILL, &action, &old), 0);
  if (sigsetjmp(before_fault, 1) == 0) faults_at_once();
  sigaction(SIGILL, &old, nullptr);
  EXPECT_THAT(text_of(at_fault), ContainsRegex("^    #0 0x[0-9a-f]+ faults_at_once\n"));
}
#endif

TEST(StackTraceTest, AReportHasEachCaller) {
  EXPECT_DEATH(callers::outermost(How::kFreesTwice),
               "#[0-9]+ 0x[0-9a-f]+ .*innermost.*\n    #[0-9]+ 0x[0-9a-f]+ .*middle.*\n"
               "    #[0-9]+ 0x[0-9a-f]+ .*outermost.*\n");
}

TEST(StackTraceTest, AReportBeginsWithWhoMadeIt) {
  EXPECT_DEATH(callers::dies(), "file.cc:3: nothing\n    #0 0x[0-9a-f]+ [^\n]*dies[^\n]*\n");
}

}  // namespace
