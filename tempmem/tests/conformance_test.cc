// The conformance suite over tmem$, in a scope.
#include "allocator/tests/conformance.h"

#include "cex/tempmem.h"

namespace cex::testing {
namespace {

Subject temp(IAllocator) { return {tmem$}; }

#ifdef CEX_DETAIL_HAS_PMR
struct InAScope {
  explicit InAScope(IAllocator a) : scope(a), bridges(scope.allocator()) {}
  IAllocator allocator() const { return bridges.allocator(); }

  MemScope scope;
  BothBridges bridges;
};
Subject under_resource(IAllocator) { return owning<InAScope>(tmem$); }
#endif

const Candidate kCandidates[] = {
    {.name = "tmem", .make = temp, .is_temp = true},
#ifdef CEX_DETAIL_HAS_PMR
    {.name = "tmem_under_a_memory_resource", .make = under_resource},
#endif
};

INSTANTIATE_TEST_SUITE_P(Temp, AllocatorConformanceTest, ::testing::ValuesIn(kCandidates), name_of);

}  // namespace
}  // namespace cex::testing
