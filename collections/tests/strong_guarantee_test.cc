// Every single allocation of long random sequences of operations fails in turn. The
// operation that it happens to says so and changes nothing: the models (hm_model.h,
// arr_model.h) compare elements, entries and the keys' texts, walk through the index,
// look at the room, the addresses and the bytes in use. The rest of the sequence
// goes on from there, and in the end nothing is leaked.
#include <stddef.h>
#include <stdint.h>

#include "cex/hm.h"
#include "collections/tests/model_runs.h"
#include "collections/tests/model_source.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

#if defined(CEX_DETAIL_DEGENERATE_HASH) || defined(CEX_VALGRIND)
constexpr uint64_t kSteps = 150;
#else
constexpr uint64_t kSteps = 600;
#endif

// Runs `run(source, setup)` once without a failure, which counts the allocations, and
// then twice for each of them: it fails, or it and the two after it. Returns how many
// there are.
template <typename Run>
size_t fail_each(uint64_t seed, Run run) {
  model_run.memory = "the test's own allocator, an allocation fails";
  model_run.seed = seed;
  const auto once = [&](size_t nth, size_t count) {
    TestAllocator own;
    own.fail_at(nth, count);
    RandomSource source(seed, kSteps);
    run(source, ModelSetup{own, &own, /*may_fail=*/true, /*sabotage=*/false});
    EXPECT_EQ(own.failures != 0, nth != 0);
    return own.calls;
  };
  const size_t calls = once(0, 0);
  for (size_t nth = 1; nth <= calls; ++nth) {
    once(nth, 1);
    once(nth, 3);
  }
  return calls;
}

TEST(StrongGuarantee, OfArr) {
  for (size_t kind = 0; kind < kArrModelKinds; ++kind) {
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      const size_t allocations =
          fail_each(seed, [&](RandomSource& source, const ModelSetup& setup) {
            run_arr_model(kind, source, setup);
          });
      EXPECT_GE(allocations, 5u);
    }
  }
}

struct Case {
  const char* name;
  HmOptions options;
};
// Not by its bytes, of which some are padding.
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class StrongGuaranteeOfHm : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    , StrongGuaranteeOfHm,
    testing::Values(Case{"borrowed", {}}, Case{"borrowed_reserved", {.capacity = 20}},
                    Case{"copied", {.copy_keys = true}},
                    Case{"paged", {.copy_keys_arena_pgsize = 512}},
                    Case{"paged_reserved", {.capacity = 20, .copy_keys_arena_pgsize = 4096}}),
    [](const auto& instance) { return instance.param.name; });

TEST_P(StrongGuaranteeOfHm, WithKeysOfEveryKind) {
  size_t allocations = 0;
  for (size_t kind = 0; kind < kHmModelKinds; ++kind) {
    allocations += fail_each(kind, [&](RandomSource& source, const ModelSetup& setup) {
      run_hm_model(kind, source, setup, &GetParam().options);
    });
  }
  EXPECT_GE(allocations, 5 * kHmModelKinds);
  RecordProperty("allocations", static_cast<int>(allocations));
}

}  // namespace
}  // namespace cex
