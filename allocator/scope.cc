#include "cex/scope.h"

#include "cex/allocator/internal/bump.h"
#include "cex/heap.h"
#include "cex/report.h"

namespace cex {
namespace detail {

namespace {
constinit Page nobodys_page = {};
}
constinit BumpHead no_window = {.base = {}, .newest = &nobodys_page};

}  // namespace detail

// Out of line: it never returns, and its text is not for every scope to carry.
void MemScope::cannot_enter(IAllocator a, Site site) {
  [[maybe_unused]] const detail::CallSite call(site);
  if (!a->meta.is_arena || a->scope_enter == nullptr) {
    die(site,
        "mem$scope on an allocator without scopes%s\n"
        "    use an arena, or tmem$ for short-lived memory",
        a->meta.magic_id == detail::kHeapMagic ? ": mem$ is the heap" : "");
  }
  die(site, "mem$scope: out of memory, the allocator could not open a scope");
}

}  // namespace cex
