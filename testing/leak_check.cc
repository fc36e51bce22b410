#include "cex/leak_check.h"

#ifdef CEX_TEST

#include <stdio.h>

#include <algorithm>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include "cex/allocator/internal/block.h"
#include "cex/allocator/internal/heap_checked.h"
#include "cex/allocator/internal/living_arenas.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/system_pages.h"
#include "cex/tempmem.h"

#endif

namespace cex::testing {

#ifdef CEX_TEST

namespace {

// Lines that a report has for single blocks, and the bytes after which it has no more:
// die() has room for these, for one more line, and for what stands before and after.
constexpr size_t kMaxLines = 12;
constexpr size_t kMaxListed = 2400;

struct Range {
  uint64_t from;
  uint64_t to;
};

// What is kept here has memory of the checks' own: operator new may be mem$, whose books are
// locked while they are read, and must show nothing that is not the program's.

// The ranges of block numbers that AllowLeaks covers. Never destroyed: checks may
// run in the destructors of static objects.
struct Allowed {
  std::mutex mutex;
  std::pmr::vector<Range> ranges{detail::system_pages()};

  bool covers(uint64_t number) {
    const std::lock_guard lock(mutex);
    return std::any_of(ranges.begin(), ranges.end(),
                       [number](Range r) { return r.from <= number && number < r.to; });
  }
};

Allowed& allowed() {
  alignas(Allowed) static char memory[sizeof(Allowed)];
  static Allowed& instance = *::new (memory) Allowed;
  return instance;
}

std::string describe(const detail::HeapBlock& block) {
  char line[600];
  if (block.site.file != nullptr) {
    snprintf(line, sizeof(line), "    %zu bytes at %p, allocated at %s:%d", block.size, block.p,
             block.site.file, block.site.line);
  } else {
    snprintf(line, sizeof(line), "    %zu bytes at %p, allocated at an unknown line", block.size,
             block.p);
  }
  return std::string(line) + '\n';
}

using HeapBlocks = std::pmr::vector<detail::HeapBlock>;

HeapBlocks live_blocks(uint64_t from) {
  HeapBlocks blocks(detail::system_pages());
  detail::heap_visit_live(
      from,
      [](const detail::HeapBlock& block, void* context) {
        static_cast<HeapBlocks*>(context)->push_back(block);
      },
      &blocks);
  std::sort(blocks.begin(), blocks.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return blocks;
}

const char* plural(size_t n) { return n == 1 ? "" : "s"; }

}  // namespace

LeakCheck::LeakCheck(Site site)
    : site_(site), first_(detail::heap_next_number()), depth_(temp_stats().scope_depth) {}

LeakCheck::~LeakCheck() { check(); }

Leaks LeakCheck::leaks() const {
  Leaks leaks;
  std::string lines;
  size_t listed = 0;
  for (const detail::HeapBlock& block : live_blocks(first_)) {
    if (allowed().covers(block.number)) continue;
    ++leaks.blocks;
    leaks.bytes += block.size;
    if (listed == kMaxLines || lines.size() >= kMaxListed) continue;
    lines += describe(block);
    ++listed;
  }
  const uint32_t depth = temp_stats().scope_depth;
  if (depth > depth_) leaks.open_scopes = depth - depth_;
  char text[200];
  if (leaks.blocks != 0) {
    snprintf(text, sizeof(text), "leak: %zu block%s, %zu bytes of mem$ not freed\n", leaks.blocks,
             plural(leaks.blocks), leaks.bytes);
    leaks.text += text + lines;
  }
  if (leaks.blocks > listed) {
    snprintf(text, sizeof(text), "    and %zu more\n", leaks.blocks - listed);
    leaks.text += text;
  }
  if (leaks.open_scopes != 0) {
    snprintf(text, sizeof(text), "leak: %u scope%s of tmem$ still open\n", leaks.open_scopes,
             plural(leaks.open_scopes));
    leaks.text += text;
  }
  if (!leaks.text.empty()) leaks.text.pop_back();  // the last newline
  return leaks;
}

void LeakCheck::check() {
  if (is_over_) return;
  is_over_ = true;
  const Leaks found = leaks();
  if (found.any()) die(site_, "%s", found.text.c_str());
  const detail::CallSite call(site_);
  const char* const when = "at the end of a leak check";
  detail::temp_verify(when);
  detail::check_arenas(when);
  detail::heap_verify();
}

void LeakCheck::dismiss() { is_over_ = true; }

AllowLeaks::AllowLeaks() {
  const uint64_t from = detail::heap_next_number();
  const std::lock_guard lock(allowed().mutex);
  index_ = allowed().ranges.size();
  allowed().ranges.push_back({from, UINT64_MAX});
}

AllowLeaks::~AllowLeaks() {
  const uint64_t to = detail::heap_next_number();
  const std::lock_guard lock(allowed().mutex);
  auto& ranges = allowed().ranges;
  ranges[index_].to = to;
  // One that covers nothing need not stay.
  while (!ranges.empty() && ranges.back().from == ranges.back().to) ranges.pop_back();
}

std::string take_damage() {
  std::pmr::string text(detail::system_pages());
  const auto add = [](const char* what, void* context) {
    auto& all = *static_cast<std::pmr::string*>(context);
    if (!all.empty()) all += '\n';
    all += what;
  };
  detail::temp_take_damage(add, &text);
  detail::take_arenas_damage(add, &text);
  detail::heap_take_damage(add, &text);
  return std::string(text);
}

#else

LeakCheck::LeakCheck(Site) {}
LeakCheck::~LeakCheck() = default;
Leaks LeakCheck::leaks() const { return {}; }
void LeakCheck::check() {}
void LeakCheck::dismiss() {}
AllowLeaks::AllowLeaks() = default;
AllowLeaks::~AllowLeaks() = default;
std::string take_damage() { return {}; }

#endif

}  // namespace cex::testing
