#include "cex/gtest_checks.h"

#ifdef CEX_TEST

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>

#include "cex/leak_check.h"
#include "cex/sanitizer/internal/block_leaks.h"
#include "cex/tempmem.h"

namespace cex::testing {

namespace {

// A part of the run: a case, a suite with what is around its cases, or all suites with their
// environments.
struct Part {
  std::optional<LeakCheck> check = std::nullopt;
  uint64_t first_block = 0;
  uint32_t depth = 0;

  void begin(const char* file, int line) {
    check.emplace(Site{file, line});
    first_block = detail::next_block_number();
    depth = temp_stats().scope_depth;
  }
};

class Listener : public ::testing::EmptyTestEventListener {
  void OnEnvironmentsSetUpStart(const ::testing::UnitTest&) override {
    SUCCEED();  // makes GoogleTest take the memory that it keeps from its first result on
    run_.begin("", 0);
  }
  void OnTestSuiteStart(const ::testing::TestSuite& suite) override {
    suite_.begin(suite.GetTestInfo(0)->file(), suite.GetTestInfo(0)->line());
  }
  void OnTestStart(const ::testing::TestInfo& test) override {
    case_.begin(test.file(), test.line());
  }

  // Failures that are added here count for what ends.
  void OnTestEnd(const ::testing::TestInfo& test) override {
    end(case_, *test.result(), test.file(), test.line(),
        {test.test_suite_name(), ".", test.name()});
  }
  void OnTestSuiteEnd(const ::testing::TestSuite& suite) override {
    end(suite_, suite.ad_hoc_test_result(), suite.GetTestInfo(0)->file(),
        suite.GetTestInfo(0)->line(), {"SetUpTestSuite or TearDownTestSuite of ", suite.name()});
  }
  void OnEnvironmentsTearDownEnd(const ::testing::UnitTest& run) override {
    end(run_, run.ad_hoc_test_result(), nullptr, -1, {"an environment of the tests"});
  }

  // The parts of the name are put together where it is needed: operator new may be mem$, and what
  // it gave before leaks() would count.
  static void end(Part& part, const ::testing::TestResult& result, const char* file, int line,
                  std::initializer_list<const char*> name) {
    const auto fail = [&](const std::string& what) {
      std::string all;
      for (const char* piece : name) all += piece;
      ADD_FAILURE_AT(file, line) << "cex: in " << all << ": " << what;
    };
    const Leaks leaks = part.check->leaks();
    part.check->dismiss();
    if (leaks.any() && !result.HasFatalFailure()) fail(leaks.text);
    // Told of here, or never: not by the part around this one.
    if (leaks.blocks != 0) {
      detail::end_allowed(detail::begin_allowed(part.first_block), detail::next_block_number());
    }
    // Before the scopes end, which would end the program where one's blocks are damaged.
    const std::string damage = take_damage();
    if (!damage.empty()) fail(damage);
    // Not where the whole program runs in a scope of its own. The scopes' guards may still be
    // somewhere, so nothing here relies on them.
    if (leaks.open_scopes != 0 && part.depth == 0) detail::temp_end_scopes();
  }

  Part run_;
  Part suite_;
  Part case_;
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
