// What CEX_TEST reports of a block's misuse, to the line, in every allocator.
#include <memory_resource>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "allocator/tests/skip_unless.h"
#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/pmr.h"
#include "cex/tempmem.h"

namespace {

using cex::testing::hide;
using cex::testing::scribble;

// Each block is freed by the parent process; the misuse happens in a child.
class BlockMisuseDeathTest : public testing::TestWithParam<const char*> {
 protected:
  ~BlockMisuseDeathTest() override {
    mem$free(a_, p_);
    scope_.reset();
    AllocatorFixed.destroy(fixed_);
  }

  IAllocator named(const std::string& name) {
    if (name.ends_with("_scope"))
      return scope_.emplace(named(name.substr(0, name.find('_'))), here()).allocator();
    return name == "heap"        ? IAllocator{mem$}
           : name == "arena"     ? arena_.allocator()
           : name == "fixed"     ? fixed_
           : name == "temp"      ? tmem$
           : name == "monotonic" ? over_monotonic_.allocator()
                                 : over_new_delete_.allocator();
  }
  static cex::Site here(cex::Site site = cex::Site::current()) { return site; }

  const cex::ArenaBlock arena_{4096};
  alignas(64) char buffer_[1 << 16];
  const IAllocator fixed_ = AllocatorFixed.create(buffer_, sizeof(buffer_));
  std::pmr::monotonic_buffer_resource monotonic_;
  const cex::PmrAllocator over_monotonic_{&monotonic_};
  const cex::PmrAllocator over_new_delete_{std::pmr::new_delete_resource()};
  std::optional<cex::MemScope> scope_;
  const IAllocator a_ = named(GetParam());
  char* p_ = mem$malloc(a_, 100);
};

INSTANTIATE_TEST_SUITE_P(, BlockMisuseDeathTest,
                         testing::Values("heap", "arena", "arena_scope", "fixed", "fixed_scope",
                                         "temp_scope", "monotonic", "new_delete"),
                         [](const auto& one) { return std::string(one.param); });

TEST_P(BlockMisuseDeathTest, DoubleFree) {
  char* q = hide(p_);
  mem$free(a_, p_);
  EXPECT_REPORT(mem$free(a_, q), "double free: free of a block that was freed before");
  EXPECT_REPORT(mem$realloc(a_, q, 9), "double free: realloc of a block that was freed before");
}

TEST_P(BlockMisuseDeathTest, ReportNamesWhereTheBlockWasMadeAndFreed) {
  const int made = __LINE__ + 1;
  char* p = mem$malloc(a_, 33);
  char* q = hide(p);
  mem$free(a_, p);
  const std::string file = "testing/tests/block_misuse_test.cc:";
  EXPECT_DEATH(mem$free(a_, q), "33 bytes, allocated at " + file + std::to_string(made) +
                                    ", freed at " + file + std::to_string(made + 2));
}

TEST_P(BlockMisuseDeathTest, ForeignPointers) {
  static char other[64];
  const IAllocator owner = AllocatorArena.create(1024);
  char* of_owner = mem$malloc(owner, 10);
  int on_stack = 0;
  for (void* q : {static_cast<void*>(other + 16), static_cast<void*>(of_owner),
                  static_cast<void*>(&on_stack), reinterpret_cast<void*>(0x1234560)}) {
    q = hide(q);
    EXPECT_REPORT(mem$free(a_, q), "free of a pointer that this allocator does not own");
    EXPECT_REPORT(mem$realloc(a_, q, 1), "realloc of a pointer that this allocator does not own");
  }
  AllocatorArena.destroy(owner);
}

TEST_P(BlockMisuseDeathTest, PointersIntoABlock) {
  for (const size_t offset : {1u, 8u, 16u, 64u, 99u}) {
    char* q = hide(p_ + offset);
    EXPECT_REPORT(mem$free(a_, q), "free of a pointer into the middle of a block");
    EXPECT_REPORT(mem$realloc(a_, q, 1), "realloc of a pointer into the middle of a block");
  }
}

TEST_P(BlockMisuseDeathTest, AlignmentMismatch) {
  EXPECT_REPORT(mem$realloc(a_, p_, 9, 64), "realloc with alignment 64 of a block that was");
  EXPECT_REPORT(mem$realloc(a_, p_, 9, 1), "realloc with alignment 1 of a block that was");
  char* q = mem$malloc(a_, 10, 64);
  EXPECT_REPORT(mem$realloc(a_, q, 9, 16), "realloc with alignment 16 of a block that was");
  mem$free(a_, q);
}

TEST_P(BlockMisuseDeathTest, ReallocAcrossScopes) {
  SKIP_UNLESS(a_->meta.is_arena, "has no scopes");
  mem$scope(a_, inner) {
    EXPECT_REPORT(mem$realloc(inner, p_, 200), "realloc across scopes: a block of scope depth ");
    EXPECT_REPORT(mem$realloc(inner, p_, 9), "realloc across scopes: a block of scope depth ");
    char* q = mem$malloc(inner, 10);
    EXPECT_NE(mem$realloc(inner, q, 100), nullptr);
  }
}

TEST_P(BlockMisuseDeathTest, WritesPastTheEnd) {
  char* aligned = mem$malloc(a_, 100, 64);
  for (const size_t offset : {100u, 115u, 131u}) {
    char* q = hide(offset % 2 == 0 ? aligned : p_);
    EXPECT_STRAY_WRITE_REPORT(scribble(q + offset, 1), mem$free(a_, q), "write past the end of a");
  }
  char* q = hide(p_);
  EXPECT_STRAY_WRITE_REPORT(scribble(q + 100, 1), mem$realloc(a_, q, 1), "write past the end of a");
  mem$free(a_, aligned);
}

TEST_P(BlockMisuseDeathTest, WritesBeforeTheStart) {
  char* aligned = mem$malloc(a_, 32, 64);
  for (const size_t offset : {1u, 5u, 16u, 64u}) {
    char* q = hide(offset > 16 || offset == 1 ? aligned : p_);
    EXPECT_STRAY_WRITE_REPORT(scribble(q - offset, 1), mem$free(a_, q),
                              "write before the start of");
  }
  char* q = hide(p_);
  EXPECT_STRAY_WRITE_REPORT(scribble(q - 8, 1), mem$realloc(a_, q, 1), "write before the start of");
  mem$free(a_, aligned);
}

// The first byte that was overwritten is not the first guard byte, and others follow it.
TEST_P(BlockMisuseDeathTest, ReportsTheDistance) {
  SKIP_UNLESS(cex::kChecker == cex::Checker::kPattern, "the tool has its own report");
  for (const size_t size : {1u, 24u, 41u}) {
    for (const size_t offset : {0u, 1u, 15u, 31u}) {
      char* p = mem$malloc(a_, size);
      EXPECT_DEATH(
          {
            scribble(p + size + offset, offset < 31 ? 2 : 1);
            mem$free(a_, p);
          },
          "write past the end of a block at .*, " + std::to_string(offset + 1) +
              " bytes? behind its last\n")
          << size;
      mem$free(a_, p);
    }
  }
}

// A block is "allocated at" the line that gave it its size: also where it was resized, in place or
// not.
TEST_P(BlockMisuseDeathTest, ReportNamesWhereTheBlockWasResized) {
  SKIP_UNLESS(cex::kChecker == cex::Checker::kPattern, "the tool has its own report");
  for (const size_t size : {10u, 100u, 90u, 5000u}) {
    char* p = mem$malloc(a_, 50);
    const int line = __LINE__ + 1;
    p = mem$realloc(a_, p, size);
    EXPECT_DEATH(
        {
          scribble(p + size, 1);
          mem$free(a_, p);
        },
        "    the block: " + std::to_string(size) +
            " bytes, allocated at testing/tests/block_misuse_test.cc:" + std::to_string(line));
    mem$free(a_, p);
  }
}

}  // namespace
