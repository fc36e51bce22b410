// The program inside a test, for the checks at the end of each case: nothing may
// be left of its arena, and no scope open, whichever way it ends.
#include "examples/include_map/program.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include "cex/failing_allocator.h"
#include "cex/tempmem.h"

namespace include_map {
namespace {

class ProgramTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/include_map.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    tree_ = name;
    ASSERT_EQ(mkdir((tree_ + "/sub").c_str(), 0755), 0);
    write("a.h", "#include \"sub/b.h\"\n#include <none.h>\n");
    write("sub/b.h", "#include <a.h>\n#include \"c.h\"\n");
    write("sub/c.h", std::string(1 << 20, ' ') + "\n#include <a.h>");
    ASSERT_EQ(symlink("..", (tree_ + "/sub/up").c_str()), 0);
  }

  void TearDown() override {
    EXPECT_EQ(cex::temp_stats().scope_depth, 0U);
    EXPECT_EQ(cex::temp_stats().bytes_in_use, 0U);
  }

  void write(const std::string& name, const std::string& content) {
    std::ofstream(tree_ + "/" + name) << content;
  }

  static int run_with(std::initializer_list<std::string> arguments, IAllocator pages = mem$) {
    std::vector<std::string> strings = {"include_map"};
    strings.insert(strings.end(), arguments);
    std::vector<char*> argv;
    argv.reserve(strings.size() + 1);
    for (std::string& s : strings) argv.push_back(s.data());
    argv.push_back(nullptr);
    return run(static_cast<int>(strings.size()), argv.data(), pages);
  }

  std::string tree_;
};

TEST_F(ProgramTest, LeavesNothingBehind) {
  EXPECT_EQ(run_with({tree_}), 0);
  EXPECT_EQ(run_with({"--json", "--dot", "/dev/null", "-I", tree_ + "/sub", tree_}), 0);
}

TEST_F(ProgramTest, LeavesNothingBehindWhenSomethingCannotBeRead) {
  ASSERT_EQ(symlink("nowhere", (tree_ + "/broken.h").c_str()), 0);
  ASSERT_EQ(symlink("/proc/self/mem", (tree_ + "/sub/mem.h").c_str()), 0);
  EXPECT_EQ(run_with({tree_, tree_ + "/none", tree_ + "/a.h"}), 1);
}

TEST_F(ProgramTest, LeavesNothingBehindWhenItIsNotRun) {
  EXPECT_EQ(run_with({"--help"}), 0);
  EXPECT_EQ(run_with({"--version"}), 0);
  EXPECT_EQ(run_with({tree_, "--nope"}), 2);
}

using ProgramDeathTest = ProgramTest;

// Every page that the map's arena asks for is refused once, and it and all later ones:
// the program says where it ran out of memory, and neither goes on as if nothing were
// missing nor crashes. (One refusal alone it may survive: an arena then asks for less.)
TEST_F(ProgramDeathTest, SaysSoWhenMemoryRunsOut) {
  // Enough of a tree for its arrays and maps to outgrow a page.
  for (int i = 0; i < 50; ++i) {
    std::string text;
    for (int j = 0; j < 400; ++j) {
      text += "#include \"" + std::string(100, 'x') + std::to_string(i * 400 + j) + ".h\"\n";
    }
    write("many" + std::to_string(i) + ".h", text);
  }
  uint64_t allocations = 0;
  {
    cex::testing::FailingAllocator pages(mem$);
    EXPECT_EQ(run_with({"--json", tree_}, pages.allocator()), 0);
    allocations = pages.allocations();
    EXPECT_EQ(pages.live_blocks(), 0U);
  }
  EXPECT_GE(allocations, 5U);
  const auto fine_or_said_so = [](int status) {
    return testing::ExitedWithCode(0)(status) || testing::ExitedWithCode(1)(status) ||
           testing::KilledBySignal(SIGABRT)(status);
  };
  // Of the checks' arena each block is one: then it is done for some of them.
  // $CEX_ROUNDS says that a sample will do.
  const char* const rounds = getenv("CEX_ROUNDS");
  const bool is_sample = rounds != nullptr && *rounds != '\0';
  const uint64_t step = allocations / (is_sample ? 16 : 40) + 1;
  for (uint64_t n = 1; n <= allocations; n += step) {
    EXPECT_DEATH(
        {
          cex::testing::FailingAllocator pages(mem$, {.from = n});
          run_with({"--json", tree_}, pages.allocator());
        },
        "include_map: out of memory|cex: (\\./)?examples/include_map/[a-z_]+\\.(cc|h):[0-9]+: "
        ".*out "
        "of memory")
        << "from page " << n;
    EXPECT_EXIT(
        {
          cex::testing::FailingAllocator pages(mem$, {.nth = n});
          exit(run_with({"--json", tree_}, pages.allocator()));
        },
        fine_or_said_so, "")
        << "page " << n;
  }
}

}  // namespace
}  // namespace include_map
