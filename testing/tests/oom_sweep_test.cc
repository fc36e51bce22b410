#include "cex/oom_sweep.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/pmr.h"
#include "cex/tempmem.h"

namespace {

// The default alignment, as messages have it.
const std::string kAlign = std::to_string(alignof(max_align_t));

using ::cex::testing::sweep_out_of_memory;
using ::cex::testing::SweepFault;
using ::cex::testing::SweepFinding;
using ::cex::testing::SweepOptions;
using ::cex::testing::SweepResult;
using Outcome = ::cex::testing::detail::SweepOutcome;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The line of a block, where the build knows it.
#ifdef CEX_TEST
constexpr char kHere[] = "at testing/tests/oom_sweep_test.cc:[0-9]+";
#else
constexpr char kHere[] = "(at an unknown line|here)";
#endif

auto finding(SweepFault fault, uint64_t allocation) {
  return AllOf(Field(&SweepFinding::fault, fault), Field(&SweepFinding::allocation, allocation));
}

// Three allocations, correct: what each of the wrong ones below differs from.
bool correct(IAllocator a) {
  bool ok = false;
  char* p = mem$malloc(a, 10);
  char* q = nullptr;
  if (p != nullptr) q = mem$calloc(a, 2, 10);
  if (q != nullptr) {
    char* grown = mem$realloc(a, p, 100);
    if (grown != nullptr) p = grown;
    ok = grown != nullptr;
  }
  mem$free(a, q);
  mem$free(a, p);
  return ok;
}

bool allocate(IAllocator a, size_t size = 10) {
  char* p = mem$malloc(a, size);
  if (p == nullptr) return false;
  mem$free(a, p);
  return true;
}

// What the next one leaks, for the test to free where it was not in a child.
char* leaked = nullptr;

[[gnu::noinline]] bool leaks_when_the_second_fails(IAllocator a) {
  char* p = mem$malloc(a, 10);
  if (p == nullptr) return false;
  char* q = mem$malloc(a, 20);
  if (q == nullptr) {
    leaked = p;
    return false;
  }
  mem$free(a, q);
  mem$free(a, p);
  return true;
}

bool swallows_the_second(IAllocator a) {
  char* p = mem$malloc(a, 10);
  if (p == nullptr) return false;
  char* q = mem$malloc(a, 20);
  mem$free(a, q);
  mem$free(a, p);
  return true;
}

[[gnu::noinline]] bool crashes_when_the_first_fails(IAllocator a) {
  if (allocate(a)) return true;
  fprintf(stderr, "these are my last words\n");
  abort();
}

TEST(OomSweepTest, FindsNothingInCorrectCode) {
  for (const bool fork : {true, false}) {
    for (const bool keep_failing : {true, false}) {
      const SweepResult result =
          sweep_out_of_memory(correct, {.keep_failing = keep_failing, .fork = fork});
      EXPECT_TRUE(result.ok()) << result.text();
      EXPECT_EQ(result.allocations, 3u);
      EXPECT_EQ(result.runs, 3u);
      EXPECT_EQ(result.skipped, 0u);
    }
  }
}

TEST(OomSweepTest, TakesCodeThatAllocatesNothing) {
  const SweepResult result = sweep_out_of_memory([](IAllocator) { return true; });
  EXPECT_TRUE(result.ok()) << result.text();
  EXPECT_EQ(result.allocations, 0u);
}

TEST(OomSweepTest, FindsALeak) {
  for (const bool fork : {true, false}) {
    leaked = nullptr;
    const SweepResult result = sweep_out_of_memory(leaks_when_the_second_fails, {.fork = fork});
    EXPECT_EQ(leaked == nullptr, fork);
    mem$free(mem$, leaked);
    ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kLeaked, 2)));
    const std::string& text = result.findings[0].text;
    EXPECT_THAT(text, HasSubstr("1 block, 10 bytes not freed\n    10 bytes, block 1, allocated"));
    EXPECT_THAT(text, HasSubstr("allocation 2, 20 bytes at alignment " + kAlign));
    EXPECT_THAT(text, ContainsRegex("#[0-9]+ 0x[0-9a-f]+ .*leaks_when_the_second_fails"));
    EXPECT_THAT(text, ContainsRegex("allocated " + std::string(kHere) + "\n"));
    EXPECT_THAT(result.text(),
                ContainsRegex("^cex: testing/tests/oom_sweep_test.cc:[0-9]+: out of memory sweep: "
                              "1 finding, 2 of 2 allocations made to fail\n"
                              "  leaked when allocation 2 failed:\n"));
  }
}

TEST(OomSweepTest, FindsASwallowedFailure) {
  const SweepResult result = sweep_out_of_memory(swallows_the_second);
  EXPECT_THAT(result.findings, ElementsAre(finding(SweepFault::kSwallowed, 2)));
  EXPECT_TRUE(sweep_out_of_memory(swallows_the_second, {.may_recover = true}).ok());
}

TEST(OomSweepTest, FindsACrash) {
  const SweepResult result = sweep_out_of_memory(crashes_when_the_first_fails);
  ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kCrashed, 1)));
  EXPECT_THAT(result.findings[0].text,
              AllOf(HasSubstr("killed by signal 6"), HasSubstr("these are my last words\n"),
                    HasSubstr("allocation 1, 10 bytes at alignment " + kAlign + ", asked for"),
                    ContainsRegex("#[0-9]+ 0x[0-9a-f]+ .*crashes_when_the_first_fails")));
  EXPECT_THAT(result.findings[0].text, ContainsRegex("asked for " + std::string(kHere) + ":\n"));
}

// Nothing is known of a failure that the run did not come to.
TEST(OomSweepTest, FindsACrashBeforeTheFailure) {
  // What a child changes stays in it, but for this.
  int* const runs = static_cast<int*>(
      mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(runs, MAP_FAILED);
  const SweepResult result = sweep_out_of_memory([runs](IAllocator a) {
    if (++*runs == 2) abort();
    return allocate(a);
  });
  munmap(runs, sizeof(int));
  ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kCrashed, 1)));
  EXPECT_THAT(result.findings[0].text,
              HasSubstr("\nallocation 1, 10 bytes at alignment " + kAlign + "\n"));
}

TEST(OomSweepTest, FindsAnExit) {
  for (const int status : {3, 0}) {
    const SweepResult result = sweep_out_of_memory([status](IAllocator a) {
      if (!allocate(a)) _exit(status);
      return true;
    });
    ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kCrashed, 1)));
    EXPECT_THAT(result.findings[0].text,
                AllOf(HasSubstr("exited with status " + std::to_string(status)),
                      HasSubstr(kAlign + ", asked for")));
  }
}

TEST(OomSweepTest, FindsAHang) {
  const SweepResult result = sweep_out_of_memory(
      [](IAllocator a) {
        char* p = nullptr;
        do {  // as if there had to be memory some day
          p = mem$malloc(a, 10);
        } while (p == nullptr && usleep(1000) == 0);
        mem$free(a, p);
        return true;
      },
      {.keep_failing = true, .timeout_seconds = 1});
  ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kCrashed, 1)));
  EXPECT_THAT(result.findings[0].text,
              AllOf(HasSubstr("did not come to an end within 1 seconds"),
                    HasSubstr(", 10 bytes at alignment " + kAlign + ", asked for")));
}

TEST(OomSweepTest, TakesBadAllocForAFailure) {
  const auto push = [](IAllocator a) {
    std::vector<int, cex::StdAllocator<int>> v(a);
    v.push_back(1);
    v.push_back(2);
    return true;
  };
  const pid_t parent = getpid();
  for (const bool fork : {true, false}) {
    const SweepResult result = sweep_out_of_memory(push, {.fork = fork});
    // A child that got here would run all that follows, once more.
    if (getpid() != parent) _exit(1);
    EXPECT_TRUE(result.ok()) << result.text();
    EXPECT_EQ(result.allocations, 2u);
  }
}

TEST(OomSweepTest, TakesBadAllocForAFailureInTheFirstRun) {
  const SweepResult result =
      sweep_out_of_memory([](IAllocator) -> bool { throw std::bad_alloc(); });
  EXPECT_THAT(result.findings, ElementsAre(finding(SweepFault::kFailedAnyway, 0)));
}

TEST(OomSweepTest, FindsALeakOfCodeThatThrows) {
  for (const bool fork : {true, false}) {
    leaked = nullptr;
    const SweepResult result = sweep_out_of_memory(
        [](IAllocator a) {
          if (!leaks_when_the_second_fails(a)) throw std::bad_alloc();
          return true;
        },
        {.fork = fork});
    mem$free(mem$, leaked);
    ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kLeaked, 2)));
    EXPECT_THAT(result.findings[0].text, HasSubstr("1 block, 10 bytes not freed"));
  }
}

TEST(OomSweepTest, FindsOtherExceptions) {
  for (const bool fork : {true, false}) {
    const SweepResult result = sweep_out_of_memory(
        [](IAllocator a) {
          char* p = mem$malloc(a, 10);
          if (p == nullptr) throw std::runtime_error("no settings");
          char* q = mem$malloc(a, 20);
          mem$free(a, p);
          if (q == nullptr) throw 3;
          mem$free(a, q);
          return true;
        },
        {.fork = fork});
    ASSERT_THAT(result.findings,
                ElementsAre(finding(SweepFault::kThrew, 1), finding(SweepFault::kThrew, 2)));
    EXPECT_THAT(result.findings[0].text,
                AllOf(HasSubstr("an exception left the callable: no settings\n"),
                      HasSubstr("allocation 1, 10 bytes at alignment " + kAlign + ", asked for")));
    EXPECT_THAT(result.findings[1].text, HasSubstr("which is no std::exception\n"));
  }
}

TEST(OomSweepTest, FindsAnExceptionInTheFirstRun) {
  const SweepResult result =
      sweep_out_of_memory([](IAllocator) -> bool { throw std::runtime_error("never works"); });
  EXPECT_THAT(result.findings, ElementsAre(finding(SweepFault::kThrew, 0)));
}

// As an exception that comes through code compiled without them.
TEST(OomSweepTest, NoExceptionLeavesAChild) {
  const cex::testing::detail::SweepCall call = [](void*, IAllocator) -> Outcome {
    throw std::runtime_error("past everything");
  };
  const pid_t parent = getpid();
  const SweepResult result = cex::testing::detail::sweep(call, nullptr, {}, cex::Site::current());
  if (getpid() != parent) _exit(1);
  ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kCrashed, 0)));
  EXPECT_THAT(result.findings[0].text, HasSubstr("past everything"));
}

TEST(OomSweepTest, FindsOtherAllocationsThanInTheFirstRun) {
  int calls = 0;
  const auto grows = [&calls](IAllocator a) {
    ++calls;
    return allocate(a, 10 + static_cast<size_t>(calls));
  };
  const SweepResult result = sweep_out_of_memory(grows, {.fork = false});
  ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kNotDeterministic, 1)));
  EXPECT_THAT(result.findings[0].text, HasSubstr("allocation 1 was of 11 bytes at alignment " +
                                                 kAlign + " in the first run, and of 12"));

  // A child starts from where its parent is, so what it counts is the same each time.
  calls = 0;
  EXPECT_TRUE(sweep_out_of_memory(grows).ok());
  EXPECT_EQ(calls, 0);
}

TEST(OomSweepTest, FindsFewerAllocationsThanInTheFirstRun) {
  int calls = 0;
  const auto shrinks = [&calls](IAllocator a) { return ++calls > 1 || allocate(a); };
  const SweepResult result = sweep_out_of_memory(shrinks, {.fork = false});
  ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kNotDeterministic, 1)));
  EXPECT_THAT(result.findings[0].text, HasSubstr("was not made in this one"));
}

TEST(OomSweepTest, StopsWhereTheFirstRunFails) {
  const SweepResult result = sweep_out_of_memory([](IAllocator a) {
    char* p = mem$malloc(a, 10);
    mem$free(a, p);
    return false;
  });
  EXPECT_THAT(result.findings, ElementsAre(finding(SweepFault::kFailedAnyway, 0)));
  EXPECT_EQ(result.runs, 0u);
  EXPECT_THAT(result.text(), HasSubstr("failed anyway when no allocation failed"));
}

TEST(OomSweepTest, FindsALeakInTheFirstRun) {
  const SweepResult result =
      sweep_out_of_memory([](IAllocator a) { return mem$malloc(a, 10) != nullptr; });
  EXPECT_THAT(result.findings, ElementsAre(finding(SweepFault::kLeaked, 0)));
}

TEST(OomSweepTest, SpreadsALimitedNumberOfRuns) {
  const auto many = [](IAllocator a) {
    for (int i = 0; i < 100; ++i) {
      if (!allocate(a)) return i == 50;  // wrong at one place only
    }
    return true;
  };
  const SweepResult all = sweep_out_of_memory(many);
  EXPECT_THAT(all.findings, ElementsAre(finding(SweepFault::kSwallowed, 51)));
  const SweepResult some = sweep_out_of_memory(many, {.max_runs = 7});
  EXPECT_EQ(some.runs, 7u);
  EXPECT_EQ(some.skipped, 93u);
}

void sweep_on_an_arena(const cex::ArenaOptions& options) {
  IAllocator arena = AllocatorArena.create(4096, options);
  const auto keeps = [](IAllocator a) {
    return mem$malloc(a, 10) != nullptr && mem$malloc(a, 5000) != nullptr;
  };
  for (const bool fork : {true, false}) {
    const SweepResult result = sweep_out_of_memory(keeps, {.allocator = arena, .fork = fork});
    EXPECT_TRUE(result.ok()) << result.text();
    EXPECT_EQ(result.allocations, 2u);
  }
  EXPECT_EQ(AllocatorArena.stats(arena).bytes_in_use, 0u);
  AllocatorArena.destroy(arena);
}

TEST(OomSweepTest, WorksOnAnArena) {
  sweep_on_an_arena({});
  sweep_on_an_arena({.retain_bytes = size_t{1} << 20, .max_page_size = size_t{64} << 10});
  sweep_on_an_arena({.reserve = size_t{1} << 20});
}

// Text in memory of `a`, made with scratch memory in two scopes: the result is allocated while
// both are open.
char* repeat(IAllocator a, IAllocator scratch, const char* text, size_t times) {
  mem$scope(scratch, outer) {
    char* all = mem$calloc(outer, times, strlen(text) + 1);
    if (all == nullptr) return nullptr;
    for (size_t i = 0; i < times; ++i) {
      mem$scope(outer, inner) {
        char* copy = mem$malloc(inner, strlen(text) + 1);
        if (copy == nullptr) return nullptr;
        strcpy(copy, text);
        char* grown = mem$realloc(outer, all, (i + 2) * (strlen(text) + 1));
        if (grown == nullptr) return nullptr;
        all = grown;
        strcat(all, copy);
        if (i + 1 < times) continue;
        char* result = mem$malloc(a, strlen(all) + 1);
        if (result != nullptr) strcpy(result, all);
        return result;
      }
    }
  }
  return nullptr;
}

bool repeats_in_own_scratch(IAllocator a) {
  char* text = repeat(a, a, "text", 3);
  if (text == nullptr) return false;
  const bool is_right = strcmp(text, "texttexttext") == 0;
  mem$free(a, text);
  if (!is_right) abort();
  return true;
}

TEST(OomSweepTest, SweepsCodeThatAllocatesForItsCallerInsideAScope) {
  IAllocator arena = AllocatorArena.create(4096);
  alignas(64) char buffer[16384];
  IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  for (const IAllocator a : {arena, fixed, tmem$}) {
    for (const bool fork : {true, false}) {
      for (const bool keep_failing : {true, false}) {
        const SweepResult result = sweep_out_of_memory(
            repeats_in_own_scratch, {.allocator = a, .keep_failing = keep_failing, .fork = fork});
        EXPECT_TRUE(result.ok()) << result.text();
        EXPECT_EQ(result.allocations, 8u);
        EXPECT_EQ(result.runs, 8u);
      }
    }
    EXPECT_EQ(a->scope_depth(a), 0u);
  }
  EXPECT_EQ(AllocatorArena.stats(arena).bytes_in_use, 0u);
  EXPECT_EQ(AllocatorFixed.stats(fixed).bytes_in_use, 0u);
  AllocatorFixed.destroy(fixed);
  AllocatorArena.destroy(arena);
}

// Scratch memory past the allocator that fails, and inside a scope of tmem$.
TEST(OomSweepTest, SweepsCodeWithScratchMemoryOfItsOwn) {
  const auto repeats = [](IAllocator a) {
    char* text = repeat(a, tmem$, "text", 3);
    if (text == nullptr) return false;
    mem$free(a, text);
    return true;
  };
  mem$scope(tmem$, scope) {
    for (const IAllocator a : {mem$, scope}) {
      const SweepResult result = sweep_out_of_memory(repeats, {.allocator = a});
      EXPECT_TRUE(result.ok()) << result.text();
      EXPECT_EQ(result.allocations, 1u);
    }
  }
}

// What it keeps in the outer scope is gone with that, but it says that all is well.
TEST(OomSweepTest, FindsASwallowedFailureOfAnOuterHandle) {
  IAllocator arena = AllocatorArena.create(4096);
  const auto swallows = [](IAllocator a) {
    bool ok = false;
    mem$scope(a, _) {
      ok = mem$malloc(_, 10) != nullptr;
      static_cast<void>(mem$malloc(a, 10));
    }
    return ok;
  };
  const SweepResult result = sweep_out_of_memory(swallows, {.allocator = arena});
  EXPECT_THAT(result.findings, ElementsAre(finding(SweepFault::kSwallowed, 2)));
  EXPECT_EQ(AllocatorArena.stats(arena).bytes_in_use, 0u) << "a run has its own scope";
  AllocatorArena.destroy(arena);
}

// An arena that gets no page of its usual size asks for a smaller one, so it may
// recover; but once all allocations fail it must not succeed.
TEST(OomSweepTest, SweepsThePagesOfAnArena) {
  const auto fill = [](IAllocator a) {
    IAllocator arena = AllocatorArena.create(4096, {.backing = a});
    if (arena == nullptr) return false;
    bool ok = true;
    for (int i = 0; ok && i < 5; ++i) ok = mem$malloc(arena, 3000) != nullptr;
    AllocatorArena.destroy(arena);
    return ok;
  };
  const SweepResult single = sweep_out_of_memory(fill, {.may_recover = true});
  EXPECT_GE(single.allocations, 5u);
  EXPECT_TRUE(single.ok()) << single.text();
  const SweepResult all = sweep_out_of_memory(fill, {.keep_failing = true});
  EXPECT_TRUE(all.ok()) << all.text();
}

#ifdef CEX_TEST

TEST(OomSweepTest, FindsALeakPastTheAllocatorGiven) {
  const SweepResult result = sweep_out_of_memory([](IAllocator a) {
    char* scratch = mem$malloc(mem$, 30);
    if (!allocate(a)) return false;
    mem$free(mem$, scratch);
    return true;
  });
  ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kLeaked, 1)));
  EXPECT_THAT(result.findings[0].text, HasSubstr("leak: 1 block, 30 bytes of mem$ not freed"));
}

TEST(OomSweepTest, FindsAnEndedScopesHandleOnTheWayOut) {
  IAllocator arena = AllocatorArena.create(4096);
  const SweepResult result = sweep_out_of_memory(
      [](IAllocator a) {
        IAllocator ended = a;
        mem$scope(a, _) {
          if (mem$malloc(_, 10) == nullptr) ended = _;
        }
        static_cast<void>(mem$malloc(ended, 20));
        return ended == a;
      },
      {.allocator = arena, .max_runs = 1});
  ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kCrashed, 1)));
  EXPECT_THAT(result.findings[0].text,
              ContainsRegex("oom_sweep_test.cc:[0-9]+: the allocator of a scope that has ended"));
  AllocatorArena.destroy(arena);
}

TEST(OomSweepTest, FindsMisuseOnTheWayOut) {
  const SweepResult result = sweep_out_of_memory([](IAllocator a) {
    char* p = mem$malloc(a, 10);
    if (p == nullptr) return false;
    char* q = mem$malloc(a, 20);
    char* const again = p;
    mem$free(a, p);
    if (q == nullptr) {
      p = again;
      mem$free(a, p);
      return false;
    }
    mem$free(a, q);
    return true;
  });
  ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kCrashed, 2)));
  EXPECT_THAT(result.findings[0].text, ContainsRegex("oom_sweep_test.cc:[0-9]+: double free"));
}

#endif

TEST(OomSweepTest, FindsAScopeLeftOpen) {
  const auto leaves_it_open = [](IAllocator a) {
    const IAllocator scope = tmem$->scope_enter(tmem$);
    if (!allocate(a)) return false;
    scope->scope_exit(scope);
    return true;
  };
  const SweepResult result = sweep_out_of_memory(leaves_it_open);
  ASSERT_THAT(result.findings, ElementsAre(finding(SweepFault::kLeaked, 1)));
  EXPECT_THAT(result.findings[0].text, HasSubstr("1 scope of tmem$ still open"));
  // In the run's own scope of tmem$ it is the checks that end the run.
  const SweepResult inside = sweep_out_of_memory(leaves_it_open, {.allocator = tmem$});
  const SweepFault fault = cex::kChecked ? SweepFault::kCrashed : SweepFault::kLeaked;
  ASSERT_THAT(inside.findings, ElementsAre(finding(fault, 1)));
}

TEST(OomSweepTest, NamesEachFault) {
  EXPECT_STREQ(cex::testing::sweep_fault_name(SweepFault::kSwallowed), "swallowed");
  EXPECT_STREQ(cex::testing::sweep_fault_name(SweepFault::kLeaked), "leaked");
  EXPECT_STREQ(cex::testing::sweep_fault_name(SweepFault::kCrashed), "crashed");
  EXPECT_STREQ(cex::testing::sweep_fault_name(SweepFault::kNotDeterministic), "not deterministic");
  EXPECT_STREQ(cex::testing::sweep_fault_name(SweepFault::kFailedAnyway), "failed anyway");
  EXPECT_STREQ(cex::testing::sweep_fault_name(SweepFault::kThrew), "threw");
}

}  // namespace
