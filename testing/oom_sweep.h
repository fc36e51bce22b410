/// @file
/// A sweep: runs code once for each allocation that it makes, and fails that one.
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
/// The callable gets an allocator, does its work, frees what it allocated, and returns whether it
/// succeeded. A std::bad_alloc that leaves it (cex::StdAllocator and cex::PmrResource throw one)
/// also means that it failed; it must still free everything it allocated. A first run without
/// failures counts the allocations. Then each of them fails in a run of its own. These are
/// findings:
///
/// ```text
/// swallowed          it returned true, though an allocation failed
/// leaked             it did not free everything, or left a scope of tmem$ open
/// crashed            it died: a signal, a report of cex or a sanitizer, or a hang
/// threw              an exception other than std::bad_alloc left it
/// not deterministic  it made other allocations than in the first run
/// failed anyway      the first run, without a failure, did not succeed
/// ```
///
/// Works with and without CEX_TEST; what is installed for use without Bazel has it with CEX_TEST
/// only. CEX_TEST adds the lines that allocated, and also checks memory that the callable takes
/// directly from mem$.
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

/// Options of a sweep.
struct SweepOptions {
  /// Where the callable's memory comes from. On an arena or tmem$ each run has a scope, and the
  /// callable gets its allocator: blocks that are left in it are no leak.
  IAllocator allocator = mem$;

  /// False: only one allocation of each run fails, like one request that is too large. True: all
  /// allocations after it fail, too, as if memory was exhausted.
  bool keep_failing = false;

  /// Whether the callable may succeed although an allocation failed, for code that can go on
  /// without it. Otherwise that is a finding.
  bool may_recover = false;

  /// Whether each run is a child process of its own. Then a crash is a finding like any other, each
  /// run starts from the same state, and side effects of the callable (EXPECT_… included) are lost.
  /// Output on stderr is shown only with a finding. A child has none of the program's other
  /// threads; these go on meanwhile, and may allocate, also through cex. If the callable waits for
  /// another thread, or for a lock that another thread holds, set this to false. Then a crash ends
  /// the program, and what other threads allocate from mem$ meanwhile counts as a leak of the
  /// callable.
  bool fork = true;

  /// With `fork`: a run that takes longer counts as crashed; 0: no limit. A run that waits forever,
  /// for a lock or another thread, is found at once; after that time if the program handles
  /// SIGALRM, SIGCHLD, SIGIO, SIGUSR1 or SIGUSR2, because a handler might end the wait.
  unsigned timeout_seconds = 60;

  /// The most runs to make. If there are more allocations, evenly spread ones fail;
  /// SweepResult::skipped counts the others.
  uint64_t max_runs = 10000;
};

/// The kinds of findings: see above.
enum class SweepFault {
  kSwallowed,         ///< success, although an allocation failed
  kLeaked,            ///< blocks or scopes left
  kCrashed,           ///< a signal, a report, a hang
  kNotDeterministic,  ///< other allocations than in the first run
  kFailedAnyway,      ///< no success without a failure
  kThrew,             ///< an exception other than std::bad_alloc
};

/// "swallowed", "leaked", … Thread-safe; the text lives as long as the program.
const char* sweep_fault_name(SweepFault fault);

/// One finding of a sweep.
struct SweepFinding {
  SweepFault fault;     ///< its kind
  uint64_t allocation;  ///< which allocation failed, from 1; 0 for the run without a failure
  std::string text;     ///< what was found, and the stack of the failed allocation

  /// For a test framework's messages.
  template <typename Stream>
  friend auto operator<<(Stream& out, const SweepFinding& finding) -> decltype(out << "") {
    return out << sweep_fault_name(finding.fault) << " at allocation " << finding.allocation
               << ":\n"
               << finding.text;
  }
};

/// The result of a sweep.
struct SweepResult {
  uint64_t allocations = 0;            ///< allocations of the run without a failure
  uint64_t runs = 0;                   ///< runs with a failing allocation
  uint64_t skipped = 0;                ///< allocations that never failed: see max_runs
  std::vector<SweepFinding> findings;  ///< all of them, in order

  /// Whether nothing was found.
  bool ok() const { return findings.empty(); }

  /// A summary and the first 10 findings as text.
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

/// Sweeps `callable(IAllocator)`, which returns whether it succeeded, as described above. No
/// exception of the callable leaves it. Ends the program if no child process can be created. One
/// sweep at a time per thread.
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
