#include "cex/leak_check.h"

#ifdef CEX_TEST

#include <stdio.h>

#include <string>

#include "cex/report.h"
#include "cex/sanitizer/internal/block_leaks.h"
#include "cex/sanitizer/internal/record_pool.h"
#include "cex/tempmem.h"

#endif

namespace cex::testing {

#ifdef CEX_TEST

LeakCheck::LeakCheck(Site site)
    : site_(site), first_(detail::next_block_number()), depth_(temp_stats().scope_depth) {
  detail::disable_exit_check();
}

LeakCheck::~LeakCheck() { check(); }

Leaks LeakCheck::leaks() const {
  const detail::LeakText found = detail::describe_leaks(first_);
  Leaks leaks;
  leaks.blocks = found.blocks;
  leaks.bytes = found.bytes;
  leaks.text = found.text;
  const uint32_t depth = temp_stats().scope_depth;
  if (depth <= depth_) return leaks;
  leaks.open_scopes = depth - depth_;
  char text[100];
  snprintf(text, sizeof(text), "%sleak: %u scope%s of tmem$ still open",
           leaks.text.empty() ? "" : "\n", leaks.open_scopes, leaks.open_scopes == 1 ? "" : "s");
  leaks.text += text;
  return leaks;
}

void LeakCheck::check() {
  if (is_over_) return;
  is_over_ = true;
  const Leaks found = leaks();
  if (found.any()) die(site_, "%s", found.text.c_str());
  const detail::CallSite call(site_);
  detail::verify_blocks();
}

void LeakCheck::dismiss() { is_over_ = true; }

AllowLeaks::AllowLeaks() : index_(detail::begin_allowed(detail::next_block_number())) {}
AllowLeaks::~AllowLeaks() { detail::end_allowed(index_, detail::next_block_number()); }

std::string take_damage() {
  // Memory of the checks' own: operator new may be mem$, whose registry is locked meanwhile.
  using Text = std::basic_string<char, std::char_traits<char>, detail::RecordAllocator<char>>;
  Text text;
  detail::take_block_damage(
      [](const char* what, void* context) {
        auto& all = *static_cast<Text*>(context);
        if (!all.empty()) all += '\n';
        all += what;
      },
      &text);
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
