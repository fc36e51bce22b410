#include "cex/gtest_checks.h"

#ifdef CEX_TEST

#include <gtest/gtest.h>

#include <optional>

#include "cex/internal/bump.h"
#include "cex/internal/checks.h"
#include "cex/internal/heap_checked.h"
#include "cex/leak_check.h"
#include "cex/tempmem.h"

namespace cex::testing {

namespace {

class Listener : public ::testing::EmptyTestEventListener {
  void OnTestStart(const ::testing::TestInfo& test) override {
    depth_ = temp_stats().scope_depth;
    check_.emplace(site_of(test));
  }

  // Failures that are added here count for the case that ends.
  void OnTestEnd(const ::testing::TestInfo& test) override {
    const Leaks leaks = check_->leaks();
    check_->dismiss();
    const std::string guards = take_overwritten_guards();
    if (!guards.empty()) fail(test, guards);
    if (leaks.any() && !test.result()->HasFatalFailure()) fail(test, leaks.text);
    if (leaks.open_scopes != 0) close_scopes();
    const detail::CallSite call(site_of(test));
    detail::temp_verify("when the test case ended");
    detail::heap_verify();
  }

  static Site site_of(const ::testing::TestInfo& test) { return {test.file(), test.line(), 0}; }

  static void fail(const ::testing::TestInfo& test, const std::string& what) {
    ADD_FAILURE_AT(test.file(), test.line())
        << "cex: in " << test.test_suite_name() << "." << test.name() << ": " << what;
  }

  // The scopes' guards may still be somewhere, so nothing here relies on them.
  void close_scopes() const {
    if (depth_ != 0) return;  // the whole program runs in a scope of its own
    detail::temp_release();
  }

  uint32_t depth_ = 0;
  std::optional<LeakCheck> check_;
};

}  // namespace

void install_gtest_checks() {
  static Listener* listener = nullptr;
  if (listener != nullptr) return;
  listener = new Listener;
  ::testing::UnitTest::GetInstance()->listeners().Append(listener);
}

}  // namespace cex::testing

#else

namespace cex::testing {
void install_gtest_checks() {}
}  // namespace cex::testing

#endif
