#include "cex/heap.h"

#include "cex/allocator/internal/bump_head.h"
#include "cex/report.h"
#include "cex/sanitizer.h"
#include "cex/sanitizer/internal/shadow_access.h"

namespace cex::detail {

#ifdef CEX_TEST
namespace {
// What is left of a magic number in memory that was freed.
constexpr uint32_t kGone = 0x01010101u * kPoisonByte;
}  // namespace

void check_is_there(IAllocator a, Site site) {
  if (a == nullptr) die(site, "the allocator is null");
  if (is_pattern(a, kPoisonByte)) {
    die(site, "the IAllocator lies in memory that was freed or whose scope has ended");
  }
  if (is_pattern(a, kFreshByte)) {
    die(site, "the IAllocator was never set: it lies in fresh memory");
  }
  if (a->meta.magic_id == kGone) {
    die(site, "the allocator at %p is no longer there: it was destroyed, or its memory was freed",
        static_cast<const void*>(a));
  }
}

void mark_gone(IAllocator a) {
  // Volatile: nobody reads what is at the end of its life, as far as a compiler can tell.
  auto* const interface = const_cast<volatile Allocator_i*>(a);
  interface->meta.magic_id = kGone;
}

void check_depth(IAllocator a, uint64_t depth) {
  const uint32_t now = a->scope_depth != nullptr ? a->scope_depth(a) : 0;
  if (now == depth) return;
  die_here("scopes end out of order: the scope at depth %llu ends while depth %u is open",
           static_cast<unsigned long long>(depth), now);
}
#endif

// What is the same in every build: the heap has no scopes.

IAllocator cex_heap_scope_enter(IAllocator) {
  die_here(
      "mem$scope on mem$: the heap has no scopes\n"
      "    use an arena, or tmem$ for short-lived memory");
}

void cex_heap_scope_exit(IAllocator) { die_here("scope_exit on mem$: the heap has no scopes"); }

uint32_t cex_heap_scope_depth(IAllocator) { return 0; }

}  // namespace cex::detail
