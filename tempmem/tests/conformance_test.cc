// The conformance suite over tmem$, in a scope.
#include "allocator/tests/conformance.h"

#include "cex/pmr.h"
#include "cex/tempmem.h"

namespace cex::testing {
namespace {

std::unique_ptr<Subject> temp(IAllocator) {
  return subject([] { return tmem$; }, [](IAllocator) {});
}

#ifdef CEX_DETAIL_HAS_PMR
std::unique_ptr<Subject> over_resource(IAllocator) {
  auto* const scope = new MemScope(tmem$);
  auto* const resource = new PmrResource(tmem$);
  auto* const bridge = new PmrAllocator(resource);
  return subject([bridge] { return bridge->allocator(); },
                 [bridge, resource, scope](IAllocator) {
                   delete bridge;
                   delete resource;
                   delete scope;
                 });
}

#endif  // CEX_DETAIL_HAS_PMR

const Candidate kCandidates[] = {
    {.name = "tmem", .make = temp, .is_temp = true},
#ifdef CEX_DETAIL_HAS_PMR
    {.name = "tmem_under_a_memory_resource", .make = over_resource},
#endif
};

INSTANTIATE_TEST_SUITE_P(Temp, AllocatorConformanceTest, ::testing::ValuesIn(kCandidates), name_of);

}  // namespace
}  // namespace cex::testing
