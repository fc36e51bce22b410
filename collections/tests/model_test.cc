// Long random sequences of operations, on a container and on a std one beside it: all
// kinds of elements and keys, in all kinds of memory, some of which runs out.
//
// An operation is one step of a model: one random call of the container's interface
// (now and then a few dozen of the same kind), its result and effect compared.
#include <stddef.h>
#include <stdint.h>

#include "collections/tests/model_memory.h"
#include "collections/tests/model_runs.h"
#include "collections/tests/model_source.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// Operations of each container in one kind of memory with one kind of keys, and how
// many there are in all. model_long_test makes ten million and more of them,
// model_sample_test a sixth.
#ifdef CEX_TEST_MODEL_LONG
constexpr uint64_t kArrOperations = 600'000;
constexpr uint64_t kHmOperations = 72'000;
static_assert(kArrOperations * kArrModelKinds * kModelMemoryCount >= 10'000'000);
static_assert(kHmOperations * kHmModelKinds * kModelMemoryCount >= 10'000'000);
#elif defined(CEX_TEST_MODEL_SAMPLE)
constexpr uint64_t kArrOperations = 6'000;
constexpr uint64_t kHmOperations = 2'000;
#elif defined(CEX_VALGRIND)  // which takes a hundred times as long
constexpr uint64_t kArrOperations = 3'000;
constexpr uint64_t kHmOperations = 3'000;
#else
constexpr uint64_t kArrOperations = 36'000;
constexpr uint64_t kHmOperations = 12'000;
#endif

// Makes `operations` of them in runs of various lengths, each with a new container in
// new memory, and asks the models whether they counted as many.
template <typename Run>
void make_operations(ModelMemory memory, uint64_t operations, uint64_t seed, Run run) {
  const uint64_t before = model_run.total;
  for (uint64_t left = operations; left != 0; ++seed) {
    RandomSource lengths(~seed, 0);
    uint64_t steps = lengths.below(4) == 0 ? lengths.below(12'000) : lengths.below(1'000);
    if (steps > left) steps = left;
    const uint64_t done_before = model_run.total;
    with_model_memory(memory, [&](IAllocator allocator, TestAllocator* own) {
      model_run.seed = seed;
      RandomSource source(seed, steps);
      // Every other run on the test's own allocator meets failures, too.
      const bool sabotage = own != nullptr && seed % 2 == 0;
      run(source, ModelSetup{allocator, own, memory == ModelMemory::kFixed, sabotage});
    });
    left -= model_run.total - done_before;
  }
  ASSERT_EQ(model_run.total - before, operations);
}

class Model : public testing::TestWithParam<ModelMemory> {};
INSTANTIATE_TEST_SUITE_P(, Model, testing::ValuesIn(kModelMemories));

TEST_P(Model, Arr) {
  const uint64_t failed_before = model_run.total_failed;
  for (size_t kind = 0; kind < kArrModelKinds; ++kind) {
    make_operations(
        GetParam(), kArrOperations, uint64_t{kind} << 32,
        [&](RandomSource& source, const ModelSetup& setup) { run_arr_model(kind, source, setup); });
  }
  // That the runs with failures have some.
  const bool fails = GetParam() == ModelMemory::kOwn || GetParam() == ModelMemory::kFixed;
  EXPECT_EQ(model_run.total_failed > failed_before, fails);
}

TEST_P(Model, Hm) {
  const uint64_t failed_before = model_run.total_failed;
  for (size_t kind = 0; kind < kHmModelKinds; ++kind) {
    make_operations(
        GetParam(), kHmOperations, uint64_t{kind} << 32,
        [&](RandomSource& source, const ModelSetup& setup) { run_hm_model(kind, source, setup); });
  }
  const bool fails = GetParam() == ModelMemory::kOwn || GetParam() == ModelMemory::kFixed;
  EXPECT_EQ(model_run.total_failed > failed_before, fails);
}

}  // namespace
}  // namespace cex
