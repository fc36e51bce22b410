// What AllocatorGuard reports, in either build, before the program dies.
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/arena.h"
#include "cex/guard.h"
#include "cex/report.h"
#include "cex/tempmem.h"

namespace {

using cex::testing::hide;
using cex::testing::read_at;
using cex::testing::write_at;

constexpr const char* kAddress = "0x[0-9a-f]+";
const auto kPage = static_cast<size_t>(sysconf(_SC_PAGESIZE));

// As messages say it where the machine tells the guard what an access was.
#if defined(__x86_64__)
const std::string kRead = "read";
const std::string kReadOf = "read of";
const std::string kWrite = "write";
#else
const std::string kRead = "access";
const std::string kReadOf = "access to";
const std::string kWrite = "access";
#endif

// A block that the parent frees; what goes wrong does so in a child.
class GuardFaultDeathTest : public testing::Test {
 protected:
  explicit GuardFaultDeathTest(const cex::GuardOptions& options = {})
      : guard_(AllocatorGuard.create(mem$, options)), p_(mem$malloc(guard_, kSize)) {}
  ~GuardFaultDeathTest() override {
    mem$free(guard_, p_);
    AllocatorGuard.destroy(guard_);
  }
  static constexpr size_t kSize = 112;
  IAllocator guard_;
  char* p_;
};

TEST_F(GuardFaultDeathTest, PastTheEnd) {
  EXPECT_DEATH(read_at(p_ + kSize), "cex: .*: " + kRead + " past the end of a block at " +
                                        kAddress +
                                        ", 1 byte behind its last\n    the block: 112 bytes");
  EXPECT_DEATH(write_at(p_ + kSize), kWrite + " past the end of a block at .* 1 byte behind");
  EXPECT_DEATH(write_at(p_ + kSize + 999),
               kWrite + " past the end of a block .* 1000 bytes behind");
}

TEST_F(GuardFaultDeathTest, BeforeTheStartOfTheFirstPage) {
  char* large = mem$malloc(guard_, 2 * kPage);
  EXPECT_DEATH(read_at(large - 1), kRead + " before the start of a block at " + kAddress +
                                       ", 1 byte before its first\n    the block: " +
                                       std::to_string(2 * kPage) + " bytes");
  EXPECT_DEATH(write_at(large - 7), kWrite + " before the start of a block .* 7 bytes before");
  mem$free(guard_, large);
}

TEST_F(GuardFaultDeathTest, FreedMemory) {
  char* q = hide(static_cast<char*>(mem$malloc(guard_, 64)));
  char* freed = q;
  mem$free(guard_, freed);
  EXPECT_DEATH(read_at(q + 3), "cex: .*: " + kReadOf + " freed memory at " + kAddress +
                                   ", offset 3 of a block\n    the block: 64 bytes");
  EXPECT_DEATH(write_at(q), kWrite + " to freed memory");
}

// By a pointer to a function, say.
TEST_F(GuardFaultDeathTest, ACallOfWhatIsInABlock) {
  EXPECT_DEATH(
      {
        const auto compare = reinterpret_cast<int (*)(const void*, const void*)>(hide(p_));
        mem$free(guard_, p_);
        char text[] = "ba";
        qsort(text, 2, 1, compare);
      },
      "access to freed memory at .*, offset 0 of a block(.*\n)*    #1 .*(.*\n)*    freed by:");
}

// Stacks, and under CEX_TEST lines and functions.
TEST_F(GuardFaultDeathTest, TheReportHasTheStacksOfTheBlock) {
  char* q = hide(static_cast<char*>(mem$malloc(guard_, 64)));
  const int made = __LINE__ - 1;
  char* freed = q;
  mem$free(guard_, freed);
  const int gone = __LINE__ - 1;
  EXPECT_DEATH(read_at(q),
               "#0 0x.*\n(    #.*\n)+    allocated by:\n    #0 0x.*\n(    #.*\n)+    "
               "freed by:\n    #0 0x");
#ifdef CEX_TEST
  const std::string file = "allocator/tests/guard_fault_test.cc:";
  EXPECT_DEATH(read_at(q), "64 bytes at .*, allocated at " + file + std::to_string(made) +
                               ", freed at " + file + std::to_string(gone));
  const std::string here = "\n    #0 [^\n]*TheReportHasTheStacksOfTheBlock[^\n]*\n";
  EXPECT_DEATH(read_at(q), "#0 0x[0-9a-f]+ [^\n]*read_at[^\n]*\n(    #[^\n]*\n)+    allocated by:" +
                               here + "(    #[^\n]*\n)+    freed by:" + here);
#else
  static_cast<void>(made);
  static_cast<void>(gone);
#ifdef __x86_64__  // elsewhere the test is linked statically, and then no file is known
  EXPECT_DEATH(read_at(q), "#0 0x[0-9a-f]+ .*guard_fault_test.*\\+0x[0-9a-f]+\\)");
#endif
#endif
}

// Found when the block is freed, since no page lies there.
TEST_F(GuardFaultDeathTest, WritesToTheRestOfThePage) {
  char* odd = mem$malloc(guard_, 9);
  const auto write_and_free = [&](ptrdiff_t at) {
    write_at(odd + at);
    mem$free(guard_, odd);
  };
  EXPECT_DEATH(
      write_and_free(9 + 2),
      "write past the end of a block at .*, 3 bytes behind its last\n    the block: 9 bytes");
  EXPECT_DEATH(write_and_free(-1),
               "write before the start of a block at .*\n    the block: 9 bytes");
  EXPECT_DEATH(
      {
        write_at(odd + 9);
        odd = mem$realloc(guard_, odd, 100);
      },
      "write past the end of a block at .*, 1 byte behind its last");
  mem$free(guard_, odd);
}

TEST_F(GuardFaultDeathTest, DoubleFree) {
  char* q = hide(static_cast<char*>(mem$malloc(guard_, 64)));
  char* freed = q;
  mem$free(guard_, freed);
  EXPECT_DEATH(mem$free(guard_, q),
               "double free: free of a block that was freed before, .*\n"
               "    the block: 64 bytes");
  EXPECT_DEATH(q = mem$realloc(guard_, q, 9), "double free: realloc of a block that was freed");
}

TEST_F(GuardFaultDeathTest, AReportHandlerHearsTheEnd) {
  const cex::ReportHandler before = cex::set_report_handler([](const char* text, size_t size) {
    text != nullptr ? fwrite(text, 1, size, stderr) : fwrite("[the end]", 1, 9, stderr);
  });
  char* p = mem$malloc(guard_, 8);
  char* q = hide(p);
  mem$free(guard_, p);
  EXPECT_DEATH(mem$free(guard_, q), "\\[the end\\]");
  cex::set_report_handler(before);
}

TEST_F(GuardFaultDeathTest, FreeOfWhatIsNoBlock) {
  EXPECT_DEATH(mem$free(guard_, p_ + 5),
               "free of a pointer into the middle of a block: .* is 5 bytes behind its start");
  const char* const not_owned = "free of a pointer that this allocator does not own: ";
  EXPECT_DEATH(mem$free(guard_, p_ + kSize), not_owned);
  EXPECT_DEATH(mem$free(guard_, p_ + 100 * kPage), not_owned);
}

TEST_F(GuardFaultDeathTest, DestroyedGuardIsNone) {
  EXPECT_DEATH(AllocatorGuard.destroy(mem$),
               "AllocatorGuard.destroy of an allocator that is not a guard");
  EXPECT_DEATH(AllocatorGuard.stats(nullptr), "AllocatorGuard.stats of an allocator that is null");
  EXPECT_DEATH(AllocatorGuard.owns(mem$, nullptr),
               "AllocatorGuard.owns of an allocator that is not");
}

class GuardAtStartDeathTest : public GuardFaultDeathTest {
 protected:
  GuardAtStartDeathTest() : GuardFaultDeathTest({.at_start = true}) {}
};

TEST_F(GuardAtStartDeathTest, BeforeTheStart) {
  EXPECT_DEATH(read_at(p_ - 1),
               kRead + " before the start of a block at .* 1 byte before its first");
  EXPECT_DEATH(write_at(p_ - 20), kWrite + " before the start of a block at .* 20 bytes before");
  EXPECT_DEATH(
      {
        write_at(p_ + kSize);
        mem$free(guard_, p_);
      },
      "write past the end of a block at .*, 1 byte behind its last");
}

class GuardExactDeathTest : public GuardFaultDeathTest {
 protected:
  GuardExactDeathTest() : GuardFaultDeathTest({.exact = true}) {}
};

TEST_F(GuardExactDeathTest, ReadOfTheByteBehindAnOddBlock) {
  char* odd = mem$malloc(guard_, 9);
  EXPECT_DEATH(read_at(odd + 9), kRead + " past the end of a block at .* 1 byte behind its last");
  mem$free(guard_, odd);
}

// A freed block is refused until as much was freed after it as the quarantine holds.
TEST(GuardQuarantineDeathTest, FreedBlocksStayProtected) {
  const IAllocator guard =
      AllocatorGuard.create(mem$, {.quarantine_bytes = 20 * static_cast<size_t>(kPage)});
  char* first = mem$malloc(guard, 64);
  char* const stale = hide(first);
  mem$free(guard, first);
  for (int i = 0; i < 9; ++i) {
    char* p = mem$malloc(guard, 64);
    mem$free(guard, p);
  }
  EXPECT_DEATH(read_at(stale), kReadOf + " freed memory");
  char* p = mem$malloc(guard, 64);
  mem$free(guard, p);
  EXPECT_DEATH(read_at(stale), "where no block is, or no longer");
  AllocatorGuard.destroy(guard);
}

jmp_buf after_fault;

void jump(int) { siglongjmp(after_fault, 1); }
[[gnu::noinline]] bool is_refused(const char* p) {
  if (sigsetjmp(after_fault, 1) != 0) return true;
  read_at(p);
  return false;
}
// A function of its own, since a jump may change what else were in its frame.
[[gnu::noinline]] void read_until_second_jump(const char* p) {
  static int jumps = 0;
  if (sigsetjmp(after_fault, 0) != 0 && ++jumps == 2) _exit(3);
  read_at(p);
}
void end_with_7(int, siginfo_t* info, void*) {
  if (info->si_addr != nullptr) _exit(7);
}

// The handler of the program goes on where the report ends, and may save the program.
TEST(GuardHandlerDeathTest, AHandlerFromBeforeIsCalled) {
  EXPECT_EXIT(
      {
        struct sigaction own = {};
        own.sa_sigaction = end_with_7;
        own.sa_flags = SA_SIGINFO;
        sigaction(SIGSEGV, &own, nullptr);
        const IAllocator guard = AllocatorGuard.create(mem$);
        char* p = mem$malloc(guard, 64);
        read_at(p + 64);
      },
      testing::ExitedWithCode(7), "past the end of a block");
  EXPECT_EXIT(
      {
        signal(SIGSEGV, jump);
        const IAllocator guard = AllocatorGuard.create(mem$);
        char* p = mem$malloc(guard, 64);
        // Reports go on after the first.
        _exit(is_refused(p + 64) && is_refused(p + 64 + 9) ? 3 : 1);
      },
      testing::ExitedWithCode(3), "1 byte behind its last(.*\n)*.*10 bytes behind its last");
}

// What its flags ask for.
TEST(GuardHandlerDeathTest, AHandlerFromBeforeIsCalledAsTheSystemWould) {
  const auto fault_under = [](const struct sigaction& own) {
    sigaction(SIGSEGV, &own, nullptr);
    const IAllocator guard = AllocatorGuard.create(mem$);
    const char* p = mem$malloc(guard, 64);
    alarm(20);
    read_until_second_jump(p + 64);
  };
  struct sigaction own = {};
  // Once: then the fault finds the default.
  own.sa_handler = [](int) { (void)!write(STDERR_FILENO, "own\n", 4); };
  own.sa_flags = static_cast<int>(SA_RESETHAND);
  EXPECT_EXIT(fault_under(own), testing::KilledBySignal(SIGSEGV),
              "1 byte behind its last\n[^!]*own\n$");
  // It may jump away without a word to the system.
  own.sa_handler = [](int) { longjmp(after_fault, 1); };
  own.sa_flags = SA_NODEFER;
  EXPECT_EXIT(fault_under(own), testing::ExitedWithCode(3), "1 byte behind its last");
  own.sa_handler = [](int) {
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    _exit(sigismember(&blocked, SIGUSR1) == 1 ? 7 : 8);
  };
  own.sa_flags = 0;
  sigaddset(&own.sa_mask, SIGUSR1);
  EXPECT_EXIT(fault_under(own), testing::ExitedWithCode(7), "1 byte behind its last");
  own = {};
  own.sa_handler = SIG_DFL;
  own.sa_flags = SA_SIGINFO;
  EXPECT_EXIT(fault_under(own), testing::KilledBySignal(SIGSEGV), "1 byte behind its last");
}

TEST(GuardHandlerDeathTest, TheHandlerFromBeforeIsPutBack) {
  EXPECT_EXIT(
      {
        signal(SIGSEGV, jump);
        for (int i = 0; i < 3; ++i) {
          const IAllocator first = AllocatorGuard.create(mem$);
          const IAllocator second = AllocatorGuard.create(mem$);
          AllocatorGuard.destroy(first);
          AllocatorGuard.destroy(second);
        }
        _exit(signal(SIGSEGV, SIG_DFL) == jump ? 4 : 5);
      },
      testing::ExitedWithCode(4), "^$");
}

// Sets a handler that calls the one before it and ends the program with 6.
void call_the_one_before() {
  static struct sigaction before;
  struct sigaction own = {};
  own.sa_flags = SA_SIGINFO;
  own.sa_sigaction = [](int number, siginfo_t* info, void* context) {
    before.sa_sigaction(number, info, context);
    _exit(6);
  };
  sigaction(SIGSEGV, &own, &before);
}

// Each handler calls the one before it, ours in the middle. AddressSanitizer's ends the program.
#ifndef CEX_DETAIL_ASAN
TEST(GuardHandlerDeathTest, AHandlerFromLaterThatCallsTheOneBefore) {
  EXPECT_EXIT(
      {
        signal(SIGSEGV, SIG_DFL);  // a tool's would end the program
        const IAllocator first = AllocatorGuard.create(mem$);
        call_the_one_before();
        AllocatorGuard.destroy(first);
        const IAllocator guard = AllocatorGuard.create(mem$);
        char* p = mem$malloc(guard, 64);
        read_at(p + 64);
      },
      testing::ExitedWithCode(6), "past the end of a block");
}
#endif

// Below that handler ours stays when the last guard is gone, and has nothing to say.
TEST(GuardHandlerDeathTest, WithoutAGuardFaultsPass) {
  EXPECT_EXIT(
      {
        signal(SIGSEGV, SIG_DFL);
        const IAllocator guard = AllocatorGuard.create(mem$);
        call_the_one_before();
        AllocatorGuard.destroy(guard);
        read_at(reinterpret_cast<char*>(kPage));
      },
      testing::ExitedWithCode(6), "^$");
}

// All threads fault at once; the reports come one after the other.
TEST_F(GuardFaultDeathTest, InManyThreads) {
  EXPECT_DEATH(
      {
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) threads.emplace_back([&] { read_at(p_ + kSize); });
        for (std::thread& thread : threads) thread.join();
      },
      "past the end of a block(.*\n)*    allocated by:");
}

TEST(GuardScopeDeathTest, MemoryWhoseScopeHasEnded) {
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator guard = AllocatorGuard.create(arena);
  char* stale = nullptr;
  mem$scope(guard, _) stale = hide(static_cast<char*>(mem$malloc(_, 64)));
  EXPECT_DEATH(read_at(stale),
               kReadOf + " memory whose scope has ended at .*, offset 0 of a block");
  EXPECT_DEATH(write_at(stale + 1), kWrite + " to memory whose scope has ended at .*, offset 1 of");
  EXPECT_DEATH(read_at(stale), "freed with its scope by:");
  AllocatorGuard.destroy(guard);
  AllocatorArena.destroy(arena);
}

// The handle of a scope that has ended refuses, and is reported under CEX_TEST.
TEST(GuardScopeDeathTest, HandleOfAnEndedScope) {
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator guard = AllocatorGuard.create(arena);
  const IAllocator ended = guard->scope_enter(guard);
  ended->scope_exit(ended);
#ifdef CEX_TEST
  char* p = mem$malloc(guard, 10);
  const char* const report = "the allocator of a scope that has ended is used";
  EXPECT_DEATH(mem$malloc(ended, 10), report);
  EXPECT_DEATH(mem$calloc(ended, 1, 10), report);
  EXPECT_DEATH(mem$realloc(ended, p, 20), report);
  EXPECT_DEATH(mem$free(ended, p), report);
  EXPECT_DEATH(ended->scope_enter(ended), report);
  EXPECT_DEATH(ended->scope_exit(ended), report);
#else
  EXPECT_EQ(mem$malloc(ended, 10), nullptr);
  EXPECT_EQ(mem$calloc(ended, 1, 10), nullptr);
  EXPECT_EQ(mem$realloc(ended, nullptr, 10), nullptr);
  EXPECT_EQ(ended->scope_enter(ended), nullptr);
  ended->scope_exit(ended);
#endif
  AllocatorGuard.destroy(guard);
  AllocatorArena.destroy(arena);
}

#ifdef CEX_TEST
TEST(GuardMisuseDeathTest, LinesOfTheUser) {
  const IAllocator guard = AllocatorGuard.create(mem$);
  char* p = mem$malloc(guard, 64);
  char* q = hide(p);
  EXPECT_REPORT(mem$free(guard, q + 1), "free of a pointer into the middle of a block");
  EXPECT_REPORT(q = mem$realloc(guard, q, 9, 64),
                "realloc with alignment 64 of a block that was allocated with ");
  EXPECT_REPORT(AllocatorGuard.destroy(guard), "leak: 1 guarded block not freed before");
  mem$free(guard, p);
  AllocatorGuard.destroy(guard);
}

TEST(GuardMisuseDeathTest, ScopesOfTheGuard) {
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator guard = AllocatorGuard.create(arena);
  char* p = mem$malloc(guard, 64);
  mem$scope(guard, _) {
    EXPECT_REPORT(p = mem$realloc(_, p, 100), "realloc across scopes");
    EXPECT_REPORT(AllocatorGuard.destroy(guard), "AllocatorGuard.destroy inside a scope");
    EXPECT_REPORT(AllocatorGuard.destroy(_),
                  "AllocatorGuard.destroy of an allocator that is not from");
  }
  AllocatorGuard.destroy(guard);
  AllocatorArena.destroy(arena);
}

// The arena does not allocate the guarded blocks, but is one thread's all the same.
TEST(GuardMisuseDeathTest, AThreadThatTheArenaDoesNotBelongTo) {
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator guard = AllocatorGuard.create(arena);
  char* p = mem$malloc(guard, 64);
  const auto in_thread = [](auto act) { std::thread(act).join(); };
  const char* const report = "an arena is used by two threads";
  EXPECT_REPORT(in_thread([&] { mem$malloc(guard, 1); }), report);
  EXPECT_REPORT(in_thread([&] { mem$calloc(guard, 1, 1); }), report);
  EXPECT_REPORT(in_thread([&] { p = mem$realloc(guard, p, 65); }), report);
  EXPECT_REPORT(in_thread([&] { mem$free(guard, p); }), report);
  AllocatorGuard.destroy(guard);
  AllocatorArena.destroy(arena);
}
#endif

}  // namespace
