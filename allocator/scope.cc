#include "cex/scope.h"

#include "cex/heap.h"
#include "cex/report.h"

namespace cex {
namespace detail {
namespace {

void* refuse_malloc(IAllocator, size_t, size_t) { return nullptr; }
void* refuse_calloc(IAllocator, size_t, size_t, size_t) { return nullptr; }
void* refuse_realloc(IAllocator, void*, size_t, size_t) { return nullptr; }
void* refuse_free(IAllocator, void*) { return nullptr; }
IAllocator refuse_scope_enter(IAllocator self) { return self; }
void refuse_scope_exit(IAllocator) {}
uint32_t refuse_scope_depth(IAllocator) { return 0; }

}  // namespace

const Allocator_i kNoScope = {
    refuse_malloc,      refuse_calloc,     refuse_realloc,     refuse_free,
    refuse_scope_enter, refuse_scope_exit, refuse_scope_depth, {0xcef, true, false},
};

IAllocator cex_heap_scope_enter(IAllocator) {
  die_here(
      "mem$scope on mem$: the heap has no scopes\n"
      "    use an arena, or tmem$ for short-lived memory");
}

void cex_heap_scope_exit(IAllocator) { die_here("scope_exit on mem$: the heap has no scopes"); }

uint32_t cex_heap_scope_depth(IAllocator) { return 0; }

}  // namespace detail

IAllocator MemScope::refusal_of(IAllocator a, Site site) {
  if (a->meta.is_arena && a->scope_enter != nullptr) return &detail::kNoScope;
  [[maybe_unused]] const detail::CallSite call(site);
  die(site,
      "mem$scope on an allocator without scopes%s\n"
      "    use an arena, or tmem$ for short-lived memory",
      a->meta.magic_id == detail::kHeapMagic ? ": mem$ is the heap" : "");
}

}  // namespace cex
