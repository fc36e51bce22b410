#include "cex/arena/internal/range.h"

#include <algorithm>

#include "cex/arena/internal/pages.h"
#include "cex/sanitizer/internal/system_pages.h"
#include "cex/sanitizer/internal/valgrind_blocks.h"

#ifdef CEX_DETAIL_ASAN
#include <sanitizer/lsan_interface.h>
#endif

namespace cex::detail {
namespace {

// How much is committed at once, at most, where less would do.
constexpr size_t kMostAhead = size_t{64} << 20;

char* page_above(const char* p) {
  return reinterpret_cast<char*>(round_up(address(p), page_bytes()));
}
char* page_below(const char* p) {
  return reinterpret_cast<char*>(address(p) & ~(page_bytes() - 1));
}

// Gives memory to [from, to), multiples of a page.
bool give(ArenaCore* core, char* from, char* to) {
  const auto bytes = static_cast<size_t>(to - from);
  if (bytes > core->byte_limit - core->reserved || !allow_access(from, bytes)) return false;
  core->reserved += bytes;
  poison(core, from, bytes);
  return true;
}

// Takes it away: false where the system does not, and all stays as it is.
bool take(ArenaCore* core, char* from, char* to) {
  const auto bytes = static_cast<size_t>(to - from);
  // Defined: who gets these addresses next must not find poison there.
  unpoison_defined(from, bytes);
  if (!forbid_access(from, bytes)) {
    poison(core, from, bytes);
    return false;
  }
  core->reserved -= bytes;
  return true;
}

bool commit(ArenaCore* core, const char* to) {
  Range* const range = core->range;
  char* const least = page_above(to);
  if (least <= range->committed || range->committed == range->far_committed) return true;
  const auto has = static_cast<size_t>(range->committed - reinterpret_cast<char*>(range));
  const size_t ahead = std::min(std::max(has / 2, core->page_bytes), kMostAhead);
  const auto left = static_cast<size_t>(range->far_committed - range->committed);
  char* const ample = page_above(range->committed + std::min(ahead, left));
  for (char* end : {std::max(least, ample), least}) {
    end = std::min(end, range->far_committed);
    if (give(core, range->committed, end)) {
      range->committed = end;
      return true;
    }
  }
  return false;
}

bool commit_far(ArenaCore* core, const char* from) {
  Range* const range = core->range;
  char* const begin = std::max(page_below(from), range->committed);
  if (begin >= range->far_committed) return true;
  if (!give(core, begin, range->far_committed)) return false;
  range->far_committed = begin;
  return true;
}

void decommit(ArenaCore* core) {
  Range* const range = core->range;
  const size_t few = core->page_bytes + kRetainLarge;
  const size_t retain = core->retain_bytes == kRetainFew ? few : core->retain_bytes;
  const auto beyond = static_cast<size_t>(core->far - innermost(core)->cursor);
  char* const far = page_below(core->far);
  // Where the sides have met, the window may end above: what is below `far` is its side then.
  if (range->committed == range->far_committed) range->committed = range->far_committed = far;
  if (range->far_committed < far && take(core, range->far_committed, far)) {
    range->far_committed = far;
  }
  if (retain >= beyond) return;
  char* const end = page_above(innermost(core)->cursor + retain);
  if (end < range->committed && take(core, end, range->committed)) range->committed = end;
}

}  // namespace

bool range_create(ArenaCore* core, size_t bytes) {
  constexpr size_t kOwn = round_up(sizeof(Range), kMaxAlign);
  static_assert(kOwn == 64, "arena_checked.cc counts it, too");
  const size_t first = kOwn + std::max(core->page_bytes, kMinPageBytes);
  constexpr auto kMost = static_cast<size_t>(PTRDIFF_MAX);
  if (bytes > kMost / 2 || first > kMost / 2) return false;
  const size_t rounded = round_up(std::max(bytes, first), page_bytes());
  char* const begin = reserve_addresses(rounded);
  if (begin == nullptr) return false;
  const size_t least = round_up(first, page_bytes());
  if (least > core->byte_limit || !allow_access(begin, least)) {
    release_addresses(begin, rounded);
    return false;
  }
#ifdef CEX_DETAIL_ASAN
  __lsan_register_root_region(begin, rounded);  // it looks for pointers in what can be read of it
#endif
  core->range = ::new (begin)
      Range{commit, commit_far, decommit, rounded, begin + least, begin + rounded, nullptr};
  core->far = core->far_end = begin + rounded;
  core->reserved = least;
  core->created = 1;
  ArenaLevel* const level = &core->outermost;
  auto* const page =
      ::new (begin + kOwn) Page{nullptr, nullptr, level, rounded - kOwn, nullptr, false};
  page->cursor = first_of(page);
  poison(core, page + 1, least - kOwn - sizeof(Page));
  level->pages = page;
  move_window(level, page);
  return true;
}

void range_destroy(ArenaCore* core) {
  Range* const range = core->range;
  for (const ArenaLevel* l = innermost(core); l != nullptr; l = outer_of(l)) valgrind_ended(l);
  char* const begin = reinterpret_cast<char*>(range);
  const size_t bytes = range->bytes;
  char* const far = range->far_committed;
  unpoison_defined(far, static_cast<size_t>(begin + bytes - far));
  unpoison_defined(begin, static_cast<size_t>(range->committed - begin));
  core->range = nullptr;
#ifdef CEX_DETAIL_ASAN
  __lsan_unregister_root_region(begin, bytes);
#endif
  release_addresses(begin, bytes);
}

}  // namespace cex::detail
