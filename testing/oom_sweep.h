/// @file
/// A sweep: one run of some code for each allocation it makes, with that one failing.
///
/// ```cpp
/// TEST(SettingsTest, SurvivesOutOfMemory) {
///   const auto result = cex::testing::sweep_out_of_memory([](IAllocator a) {
///     Settings settings;
///     if (!settings.load(a, "settings")) return false;   // says that it failed
///     settings.free(a);
///     return true;
///   });
///   EXPECT_TRUE(result.ok()) << result.text();
/// }
/// ```
///
/// The callable gets an allocator, does its work, frees what it allocated, and returns
/// whether it succeeded. A std::bad_alloc that leaves it, as of cex::StdAllocator and
/// cex::PmrResource, says that it failed; it has to free all the same. A first run, without
/// failures, counts its allocations; then each of them fails in a run of its own, and these
/// are findings:
///
/// ```text
/// swallowed          it says that it succeeded, though an allocation failed
/// leaked             it didn't free all that it had, or left a scope of tmem$ open
/// crashed            it died, of a signal, a report of cex or a sanitizer, or a hang
/// threw              an exception left it, other than std::bad_alloc
/// not deterministic  it asked for other allocations than in the first run
/// failed anyway      the first run, without a failure, didn't succeed
/// ```
///
/// Works in every build; CEX_TEST adds the lines that allocated, and finds leaks of,
/// and damage to, what the callable takes from mem$ past the allocator it was given.
#ifndef CEX_TESTING_OOM_SWEEP_H_
#define CEX_TESTING_OOM_SWEEP_H_

#include <stddef.h>
#include <stdint.h>

#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "cex/allocator.h"
#include "cex/site.h"

namespace cex::testing {

/// How a sweep is to be done.
struct SweepOptions {
  /// What the callable's allocator allocates from. On an arena or tmem$ each run has a scope,
  /// whose allocator the callable gets: blocks that are left in it are no leak.
  IAllocator allocator = mem$;

  /// Whether all allocations after the failing one fail too, as when memory is truly
  /// used up, and not just for one large request.
  bool keep_failing = false;

  /// Whether the callable may succeed though an allocation failed: for code that has
  /// another way to go on. Otherwise that is a finding.
  bool may_recover = false;

  /// Whether each run happens in a child process of its own. Then a crash is a
  /// finding like any other, each run starts from the same state, and what the
  /// callable changes outside of itself (EXPECT_… included) is not seen after it.
  /// What a run prints on stderr is shown with its finding only. A child has none of the
  /// program's other threads. They may allocate meanwhile, through cex too; where the callable
  /// waits for one of them, or for a lock that one has, this must be false: a crash then
  /// ends the program, and what other threads allocate from mem$ meanwhile counts as the
  /// callable's leak.
  bool fork = true;

  /// With `fork`: a run that takes longer is a crash. One that waits for ever, for a lock or
  /// another thread, is found at once.
  unsigned timeout_seconds = 60;

  /// How many runs to make at most. Of more allocations than that, evenly spread ones
  /// fail; SweepResult::skipped says how many did not get their turn.
  uint64_t max_runs = 10000;
};

/// What can be found: see above.
enum class SweepFault {
  kSwallowed,         ///< success, though an allocation failed
  kLeaked,            ///< blocks or scopes left
  kCrashed,           ///< a signal, a report, a hang
  kNotDeterministic,  ///< other allocations than in the first run
  kFailedAnyway,      ///< no success without a failure
  kThrew,             ///< an exception other than std::bad_alloc
};

/// "swallowed", "leaked", … Thread-safe; the text lives as long as the program.
const char* sweep_fault_name(SweepFault fault);

/// One thing that a sweep found.
struct SweepFinding {
  SweepFault fault;     ///< what
  uint64_t allocation;  ///< which one failed, from 1; 0 in the run in which none did
  std::string text;     ///< what was found, and the stack that asked for the allocation

  /// For a test framework's messages.
  template <typename Stream>
  friend auto operator<<(Stream& out, const SweepFinding& finding) -> decltype(out << "") {
    return out << sweep_fault_name(finding.fault) << " at allocation " << finding.allocation
               << ":\n"
               << finding.text;
  }
};

/// What a sweep did and found.
struct SweepResult {
  uint64_t allocations = 0;            ///< that the callable makes when none fails
  uint64_t runs = 0;                   ///< made with a failing one
  uint64_t skipped = 0;                ///< allocations that did not get to fail: see max_runs
  std::vector<SweepFinding> findings;  ///< all of them, in order

  /// Whether nothing was found.
  bool ok() const { return findings.empty(); }

  /// A summary, then the findings (the first 10) for a person to read.
  std::string text() const;

  Site site;  ///< the call of sweep_out_of_memory()
};

namespace detail {
// How the callable came to its end.
struct SweepOutcome {
  bool succeeded;
  std::string exception;  // what left it, in words; empty where nothing did
};

using SweepCall = SweepOutcome (*)(void* callable, IAllocator a);

// Exceptions are caught here, in the code of the callable's own file, which may have them
// where the library is compiled without, or the other way round.
template <typename Callable>
SweepOutcome call_for_sweep(Callable& callable, IAllocator a) {
#ifdef __cpp_exceptions
  try {
    return {callable(a), {}};
  } catch (const std::bad_alloc&) {
    return {false, {}};
  } catch (const std::exception& e) {
    return {false, std::string("an exception left the callable: ") + e.what() + "\n"};
  } catch (...) {
    return {false, "an exception left the callable, which is no std::exception\n"};
  }
#else
  return {callable(a), {}};
#endif
}

SweepResult sweep(SweepCall call, void* callable, const SweepOptions& options, Site site);
}  // namespace detail

/// Runs `callable(IAllocator)`, which returns whether it succeeded, as above; no
/// exception of it gets past this. Dies where no child process can be made. One sweep at a
/// time per thread.
template <typename Callable>
SweepResult sweep_out_of_memory(Callable&& callable, const SweepOptions& options = {},
                                Site site = Site::current()) {
  using Function = std::remove_reference_t<Callable>;
  static_assert(std::is_invocable_v<Function&, IAllocator>,
                "cex: sweep_out_of_memory(callable): it is called with an IAllocator");
  static_assert(
      std::is_same_v<std::invoke_result_t<Function&, IAllocator>, bool>,
      "cex: sweep_out_of_memory(callable): it has to return a bool, true if it succeeded: "
      "a sweep looks for failures that are not reported");
  // An object even where `callable` is a function, which has no void*.
  auto invoke = [&callable](IAllocator a) { return detail::call_for_sweep(callable, a); };
  return detail::sweep(
      [](void* p, IAllocator a) { return (*static_cast<decltype(invoke)*>(p))(a); }, &invoke,
      options, site);
}

}  // namespace cex::testing

#endif  // CEX_TESTING_OOM_SWEEP_H_
