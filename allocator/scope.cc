#include "cex/scope.h"

#include "cex/heap.h"
#include "cex/report.h"

namespace cex {

IAllocator MemScope::enter_other(IAllocator a, Site site) {
  [[maybe_unused]] const detail::CallSite call(site);
  if (!a->meta.is_arena || a->scope_enter == nullptr) {
    die(site,
        "mem$scope on an allocator without scopes%s\n"
        "    use an arena, or tmem$ for short-lived memory",
        a->meta.magic_id == detail::kHeapMagic ? ": mem$ is the heap" : "");
  }
  const IAllocator inner = a->scope_enter(a);
  if (inner == nullptr) die(site, "mem$scope: out of memory, the allocator could not open a scope");
  return inner;
}

}  // namespace cex
