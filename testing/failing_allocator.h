/// @file
/// FailingAllocator: any allocator, with failures on demand.
///
/// ```cpp
/// cex::testing::FailingAllocator failing(mem$, {.nth = 3});
/// EXPECT_FALSE(load(failing.allocator(), "settings"));   // its third allocation fails
/// EXPECT_EQ(failing.live_blocks(), 0u);                  // and it cleaned up
/// ```
///
/// It wraps the heap, an arena, tmem$ or an allocator of your own, and counts the allocations. A
/// failure is that of a real allocator: nullptr, and a block that could not be resized is
/// unchanged. Failures stop when the object is destroyed: limit its scope to the code under test.
/// It works with and without CEX_TEST; what is installed for use without Bazel has it with
/// CEX_TEST only.
///
/// It has scopes if the wrapped allocator has. Each scope has a handle of its own, which fails by
/// the same plan. Memory belongs to the scope whose handle was named:
///
/// ```cpp
/// cex::testing::FailingAllocator failing(arena, {.nth = 3});
/// mem$scope(failing.allocator(), scratch) {
///   char* line = mem$malloc(scratch, 100);               // freed with the scope
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

/// Which allocations fail: those that any of these fields names; none by default. An allocation is
/// one call of malloc, calloc or realloc that an allocator may grant: not one of 0 bytes, say.
/// Opening a scope is not an allocation.
struct FailurePlan {
  uint64_t nth = 0;               ///< the n-th, counted from 1
  uint64_t from = 0;              ///< the n-th and all after it
  uint64_t every = 0;             ///< the n-th, the 2n-th, …
  double probability = 0;         ///< each with this chance, 0 to 1
  uint64_t seed = 1;              ///< of that chance: equal seeds fail the same allocations
  size_t byte_budget = SIZE_MAX;  ///< each that would raise live_bytes() above this
};

/// The arguments of one allocation.
struct AllocationRequest {
  size_t size;       ///< in bytes; for calloc, the product
  size_t alignment;  ///< in bytes
  /// Whether both are equal.
  friend bool operator==(const AllocationRequest&, const AllocationRequest&) = default;
};

/// An allocator that wraps another one, counts, and fails by plan.
class FailingAllocator {
 public:
  /// Wraps `inner`, which must outlive this object. Leave `last` out: only sweeps use it, to keep
  /// the text of describe_failure() if the program dies.
  explicit FailingAllocator(IAllocator inner, const FailurePlan& plan = {},
                            cex::detail::LastFailure* last = nullptr);

  /// Live blocks stay live, in `inner`.
  ~FailingAllocator();

  FailingAllocator(const FailingAllocator&) = delete;
  FailingAllocator& operator=(const FailingAllocator&) = delete;

  /// The allocator to pass to the code under test; valid as long as this object. It may be used by
  /// the threads that may use `inner`; with several threads, it depends on their timing which one
  /// gets the failure. All functions below are thread-safe, too. It allocates by operator new,
  /// which therefore must not allocate from it.
  ///
  /// scope_enter() returns the scope's own handle, or null if `inner` can't open one; mem$scope
  /// then has an allocator that refuses each request, and these are not counted. scope_exit() of
  /// a scope's handle ends it and all inside it; scope_exit() of allocator() ends the innermost
  /// scope. A handle whose scope has ended returns nullptr; under CEX_TEST the program ends with a
  /// report.
  IAllocator allocator() const;

  /// Replaces the plan. Counts and the random sequence start again; live blocks stay known.
  void set_plan(const FailurePlan& plan);

  /// Allocations since the plan was set, failed ones included.
  uint64_t allocations() const;

  /// How many of them the plan made fail.
  uint64_t failures() const;

  /// How many of them failed in `inner`.
  uint64_t inner_failures() const;

  /// Blocks that were allocated and not freed. Blocks of a scope are freed with it, if it was
  /// opened through allocator() or another scope's handle.
  size_t live_blocks() const;

  /// The bytes requested in them.
  size_t live_bytes() const;

  /// A line for each live block (the oldest 12): bytes, and under CEX_TEST the line that allocated
  /// it. Empty if there is none.
  std::string describe_live() const;

  /// The last allocation that failed by plan: its number, bytes, under CEX_TEST the caller's line,
  /// and a symbolized stack trace. Empty if none failed.
  std::string describe_failure() const;

  /// Starts anew, or stops, recording for requests(); off at first.
  void record_requests(bool on);

  /// The allocations from the last record_requests(true) to record_requests(false), or to now, in
  /// order.
  std::vector<AllocationRequest> requests() const;

 private:
  struct Level;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cex::testing

#endif  // CEX_TESTING_FAILING_ALLOCATOR_H_
