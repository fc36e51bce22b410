/// @file
/// FailingAllocator: any allocator, with failures on demand.
///
/// ```cpp
/// cex::testing::FailingAllocator failing(mem$, {.nth = 3});
/// EXPECT_FALSE(load(failing.allocator(), "settings"));   // its third allocation fails
/// EXPECT_EQ(failing.live_blocks(), 0u);                  // and it cleaned up
/// ```
///
/// It stands before the heap, an arena, tmem$ or your own allocator, and counts the
/// allocations. Its failures are those of a real allocator: nullptr, and a block that could
/// not be resized stays as it was. It works in every build, with or without CEX_TEST.
/// Failures last as long as the object.
///
/// It has scopes where the allocator below has scopes. Each scope has a handle of its own,
/// which fails by the same plan. Memory belongs to the scope whose handle was named:
///
/// ```cpp
/// cex::testing::FailingAllocator failing(arena, {.nth = 3});
/// mem$scope(failing.allocator(), scratch) {
///   char* line = mem$malloc(scratch, 100);               // goes with the scope
///   char* kept = mem$malloc(failing.allocator(), 100);   // stays in the arena
/// }
/// ```
///
/// To fail each allocation of a function in turn, see cex/oom_sweep.h.
#ifndef CEX_TESTING_FAILING_ALLOCATOR_H_
#define CEX_TESTING_FAILING_ALLOCATOR_H_

#include <stddef.h>
#include <stdint.h>

#include <memory>
#include <string>
#include <vector>

#include "cex/allocator.h"

namespace cex::detail {
class LastFailure;
}

namespace cex::testing {

/// Which allocations fail: those that any of these names; none by default. An
/// allocation is one call of malloc, calloc or realloc. Opening a scope is none, and does
/// not fail by plan.
struct FailurePlan {
  uint64_t nth = 0;               ///< the n-th, counted from 1
  uint64_t from = 0;              ///< the n-th and all after it
  uint64_t every = 0;             ///< the n-th, the 2n-th, …
  double probability = 0;         ///< each with this chance, 0 to 1
  uint64_t seed = 1;              ///< of that chance: equal seeds fail alike
  size_t byte_budget = SIZE_MAX;  ///< each that would bring live_bytes() above it
};

/// What was asked for in one allocation.
struct AllocationRequest {
  size_t size;       ///< in bytes; of calloc, the product
  size_t alignment;  ///< in bytes
  /// Whether both are equal.
  friend bool operator==(const AllocationRequest&, const AllocationRequest&) = default;
};

/// An allocator in front of another one, which fails by plan and counts.
class FailingAllocator {
 public:
  /// Stands before `inner`, which must outlive this object. Leave `last` out: it is where
  /// a sweep keeps what describe_failure() is about, for the case that the program dies.
  explicit FailingAllocator(IAllocator inner, const FailurePlan& plan = {},
                            cex::detail::LastFailure* last = nullptr);

  /// What is still live stays so, in `inner`.
  ~FailingAllocator();

  FailingAllocator(const FailingAllocator&) = delete;
  FailingAllocator& operator=(const FailingAllocator&) = delete;

  /// What to pass to the code under test; valid as long as this object. May be used
  /// by as many threads as `inner` may; which of them meets the failure then depends
  /// on how they run. All functions below are thread-safe, too.
  ///
  /// scope_enter() returns the scope's own handle. scope_exit() of that ends the scope and
  /// all inside it; of allocator() itself it ends the innermost. A handle whose scope has
  /// ended gives nullptr; under CEX_TEST the program ends with a report.
  IAllocator allocator() const;

  /// Replaces the plan. Counting (and the random sequence) begins anew; live blocks
  /// stay known.
  void set_plan(const FailurePlan& plan);

  /// Allocations asked for, failed ones included, since the plan was set.
  uint64_t allocations() const;

  /// How many of them the plan made fail.
  uint64_t failures() const;

  /// How many of them failed in `inner`.
  uint64_t inner_failures() const;

  /// Blocks that were allocated and not freed. Those of a scope go with it, if it was
  /// opened through allocator() or through another scope's handle.
  size_t live_blocks() const;

  /// The bytes asked for in them.
  size_t live_bytes() const;

  /// A line for each live block (the oldest 12): bytes, and under CEX_TEST the line
  /// that allocated it. Empty where there is none.
  std::string describe_live() const;

  /// Of the last allocation that failed by plan: its number, bytes, under CEX_TEST
  /// the caller's line, and a symbolized stack trace. Empty where none failed.
  std::string describe_failure() const;

  /// Whether to keep a record for requests() from now on; off at first.
  void record_requests(bool on);

  /// What was asked for, in order, since record_requests(true) was called.
  std::vector<AllocationRequest> requests() const;

 private:
  struct Level;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cex::testing

#endif  // CEX_TESTING_FAILING_ALLOCATOR_H_
