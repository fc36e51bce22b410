#include "cex/gtest_checks.h"

#ifdef CEX_TEST

#include <gtest/gtest.h>

#include <optional>

#include "cex/leak_check.h"
#include "cex/sanitizer/internal/block_leaks.h"
#include "cex/tempmem.h"

namespace cex::testing {

namespace {

class Listener : public ::testing::EmptyTestEventListener {
  void OnTestStart(const ::testing::TestInfo& test) override {
    depth_ = temp_stats().scope_depth;
    check_.emplace(Site{test.file(), test.line()});
  }

  // Failures that are added here count for the case that ends.
  void OnTestEnd(const ::testing::TestInfo& test) override {
    const Leaks leaks = check_->leaks();
    check_->dismiss();
    if (leaks.any() && !test.result()->HasFatalFailure()) fail(test, leaks.text);
    // Before the scopes end, which would end the program where one's blocks are damaged.
    const std::string damage = take_damage();
    if (!damage.empty()) fail(test, damage);
    // Not where the whole program runs in a scope of its own. The scopes' guards may still be
    // somewhere, so nothing here relies on them.
    if (leaks.open_scopes != 0 && depth_ == 0) detail::temp_end_scopes();
  }

  static void fail(const ::testing::TestInfo& test, const std::string& what) {
    ADD_FAILURE_AT(test.file(), test.line())
        << "cex: in " << test.test_suite_name() << "." << test.name() << ": " << what;
  }

  uint32_t depth_ = 0;
  std::optional<LeakCheck> check_;
};

}  // namespace

void install_gtest_checks() {
  static Listener* listener = nullptr;
  if (listener != nullptr) return;
  detail::disable_exit_check();
  listener = new Listener;
  ::testing::UnitTest::GetInstance()->listeners().Append(listener);
}

}  // namespace cex::testing

#else

namespace cex::testing {
void install_gtest_checks() {}
}  // namespace cex::testing

#endif
