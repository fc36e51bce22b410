// Whether there is an allocator where a call says so. Only in CEX_TEST builds.
#include "cex/allocator/internal/bump_window.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/shadow_access.h"
#include "cex/scope.h"

namespace cex::detail {
namespace {

// What is left of a magic number in memory that was freed.
constexpr uint32_t kGone = 0x01010101u * kPoisonByte;

}  // namespace

void check_alive(IAllocator a, Site site) {
  if (a == nullptr) die(site, "the allocator is null");
  if (is_pattern(a, kPoisonByte)) {
    die(site, "the IAllocator lies in memory that was freed or whose scope has ended");
  }
  if (is_pattern(a, kFreshByte)) {
    die(site, "the IAllocator was never set: it lies in fresh memory");
  }
  // Of Valgrind's poison a program that does not run under it is told always.
  const bool may_ask = kChecker == Checker::kAsan || kChecker == Checker::kValgrind;
  const bool is_gone = may_ask && is_poisoned(&a->meta, 1) && !is_poisoned(&site, 1);
  if (is_gone || a->meta.magic_id == kGone) {
    die(site, "the allocator at %p is no longer there: it was destroyed, or its memory was freed",
        static_cast<const void*>(a));
  }
}

void die_of_align(size_t align) {
  die_here("bad alignment %zu: it is a power of two from 1 to %zu, or 0 for the default", align,
           kMaxAlign);
}

void mark_destroyed(IAllocator a) {
  // Volatile: no one reads what is at the end of its life, as far as a compiler can tell.
  auto* const allocator = const_cast<volatile Allocator_i*>(a);
  allocator->meta.magic_id = kGone;
}

void check_depth(IAllocator a, uint64_t depth) {
  const uint32_t now = scope_depth_of(a);
  if (now == depth) return;
  die_here("scopes end out of order: the scope at depth %llu ends while depth %u is open",
           static_cast<unsigned long long>(depth), now);
}

}  // namespace cex::detail
