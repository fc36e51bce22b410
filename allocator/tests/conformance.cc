#include "allocator/tests/conformance.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "allocator/tests/block_model.h"
#include "allocator/tests/c_user.h"
#include "allocator/tests/counting_allocator.h"
#include "allocator/tests/seed.h"

namespace cex::testing {
namespace {

// A million operations per allocator; fewer where each takes microseconds, or when
// $CEX_ROUNDS says so.
constexpr bool kIsSlow = kChecker == Checker::kMsan || kChecker == Checker::kValgrind;
size_t rounds_of(const Candidate& candidate) {
  const char* const text = getenv("CEX_ROUNDS");
  if (text != nullptr && *text != '\0') return static_cast<size_t>(strtoull(text, nullptr, 10));
  return kIsSlow || candidate.is_slow ? 20 : 500;
}
constexpr size_t kSteps = 2000;

// A subject, over a backing allocator that must be empty when it is gone.
class Fixture {
 public:
  explicit Fixture(const Candidate& candidate)
      : subject_(candidate.make(backing_.allocator())), a_(subject_.allocator) {
    if (candidate.is_temp) a_ = a_->scope_enter(a_);
  }
  ~Fixture() {
    if (a_ != subject_.allocator) a_->scope_exit(a_);
    subject_ = {};
    EXPECT_EQ(backing_.live_blocks(), 0u) << "leaked";
    EXPECT_EQ(backing_.live_bytes, 0u) << "leaked";
  }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  IAllocator a() { return a_; }
  CountingAllocator& backing() { return backing_; }

 private:
  CountingAllocator backing_;
  Subject subject_;
  IAllocator a_;
};

constexpr size_t kTooLarge = static_cast<size_t>(PTRDIFF_MAX) + 1;
[[maybe_unused]] constexpr size_t kBadAligns[] = {3,   24,   48,       65,       96,
                                                  128, 4096, SIZE_MAX, kTooLarge};
constexpr size_t kBadSizes[] = {0, kTooLarge, SIZE_MAX};

TEST_P(AllocatorConformanceTest, RandomSequences) {
  const uint64_t seed = random_seed();
  const size_t rounds = rounds_of(GetParam());
  size_t operations = 0;
  for (size_t round = 0; round < rounds; ++round) {
    Fixture fixture(GetParam());
    BlockModel model(fixture.a(), GetParam(), seed + round);
    for (size_t i = 0; i < kSteps; ++i) {
      model.step();
      if (HasFatalFailure()) return;
    }
    model.finish();
    operations += model.operations();
  }
  printf("%s: %zu operations\n", GetParam().name, operations);
}

TEST_P(AllocatorConformanceTest, EveryAlignmentAndManySizes) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  for (size_t align = 1; align <= 64; align *= 2) {
    for (size_t size = 1; size <= 300; ++size) {
      char* p = mem$malloc(a, size, align);
      ASSERT_NE(p, nullptr);
      ASSERT_TRUE(mem$aligned_pointer(p, align)) << size << " at " << align;
      memset(p, static_cast<int>(size), size);
      p = mem$realloc(a, p, size + 100, align);
      ASSERT_NE(p, nullptr);
      ASSERT_TRUE(mem$aligned_pointer(p, align)) << size << " at " << align;
      ASSERT_EQ(p[0], static_cast<char>(size));
      ASSERT_EQ(p[size - 1], static_cast<char>(size));
      mem$free(a, p);
      char* zeroed = mem$calloc(a, 1, size, align);
      ASSERT_NE(zeroed, nullptr);
      ASSERT_TRUE(mem$aligned_pointer(zeroed, align));
      ASSERT_EQ(std::count(zeroed, zeroed + size, 0), static_cast<ptrdiff_t>(size));
      mem$free(a, zeroed);
    }
  }
}

// By the macros and, since C code has no other way, by the pointers.
TEST_P(AllocatorConformanceTest, BadSizesGiveNull) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  for (const size_t size : kBadSizes) {
    EXPECT_EQ(mem$malloc(a, size), nullptr);
    EXPECT_EQ(mem$calloc(a, 1, size), nullptr);
    EXPECT_EQ(mem$calloc(a, size, 1), nullptr);
    EXPECT_EQ(mem$realloc(a, nullptr, size), nullptr);
    EXPECT_EQ(a->malloc(a, size, 16), nullptr);
    EXPECT_EQ(a->calloc(a, 1, size, 16), nullptr);
    EXPECT_EQ(a->calloc(a, size, 1, 16), nullptr);
    EXPECT_EQ(a->realloc(a, nullptr, size, 16), nullptr);
  }
}

#ifdef CEX_TEST
TEST_P(AllocatorConformanceTest, BadAlignmentsAreReported) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  char* p = mem$malloc(a, 10);
  const auto try_all = [&](size_t align) {
    const std::string report = "cex: allocator/tests/conformance.cc:[0-9]+: bad alignment " +
                               std::to_string(align) + ": it is a power of two from 1 to 64";
    EXPECT_DEATH((void)mem$malloc(a, 8, align), report);
    EXPECT_DEATH((void)mem$calloc(a, 1, 8, align), report);
    EXPECT_DEATH((void)mem$realloc(a, p, 8, align), report);
  };
  try_all(3);
  try_all(128);
  mem$free(a, p);
}
#else
TEST_P(AllocatorConformanceTest, BadAlignmentsGiveNull) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  char* p = mem$malloc(a, 10);
  for (const size_t align : kBadAligns) {
    EXPECT_EQ(mem$malloc(a, 8, align), nullptr) << align;
    EXPECT_EQ(mem$calloc(a, 1, 8, align), nullptr) << align;
    EXPECT_EQ(mem$realloc(a, nullptr, 8, align), nullptr) << align;
    EXPECT_EQ(mem$realloc(a, p, 8, align), nullptr) << align;
    EXPECT_EQ(a->malloc(a, 8, align), nullptr) << align;
    EXPECT_EQ(a->calloc(a, 1, 8, align), nullptr) << align;
    EXPECT_EQ(a->realloc(a, nullptr, 8, align), nullptr) << align;
    EXPECT_EQ(a->realloc(a, p, 8, align), nullptr) << align;
  }
  mem$free(a, p);
}
#endif

TEST_P(AllocatorConformanceTest, AlignmentZeroIsTheDefault) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  for (const size_t size : {1u, 8u, 100u, 5000u}) {
    char* p1 = mem$malloc(a, size, 0);
    char* p2 = mem$calloc(a, 1, size, 0);
    char* p3 = mem$realloc(a, nullptr, size, 0);
    char* p4 = static_cast<char*>(a->malloc(a, size, 0));
    char* p5 = static_cast<char*>(a->calloc(a, 1, size, 0));
    char* p6 = static_cast<char*>(a->realloc(a, nullptr, size, 0));
    for (char* p : {p1, p2, p3, p4, p5, p6}) {
      ASSERT_NE(p, nullptr);
      EXPECT_TRUE(mem$aligned_pointer(p, alignof(max_align_t)));
      memset(p, 1, size);
      p = mem$realloc(a, p, 2 * size);  // the same alignment
      ASSERT_NE(p, nullptr);
      p = static_cast<char*>(a->realloc(a, p, 3 * size, 0));
      ASSERT_NE(p, nullptr);
      EXPECT_TRUE(mem$aligned_pointer(p, alignof(max_align_t)));
      EXPECT_EQ(std::count(p, p + size, 1), static_cast<ptrdiff_t>(size));
      mem$free(a, p);
    }
  }
}

TEST_P(AllocatorConformanceTest, CallocOverflowGivesNull) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  const size_t half = size_t{1} << (4 * sizeof(size_t));
  const std::pair<size_t, size_t> too_much[] = {
      {half, half}, {SIZE_MAX, 2}, {SIZE_MAX / 2, 3}, {half, half / 2}, {SIZE_MAX / 16 + 2, 16}};
  for (const auto& [count, size] : too_much) {
    EXPECT_EQ(mem$calloc(a, count, size), nullptr);
    EXPECT_EQ(a->calloc(a, count, size, 16), nullptr);
  }
}

// What no machine has is refused, whatever it is rounded up to on the way.
TEST_P(AllocatorConformanceTest, HugeSizesGiveNull) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  char* kept = mem$malloc(a, 10);
  ASSERT_NE(kept, nullptr);
  memset(kept, 1, 10);
  for (size_t less = 0; less < 200; less += 7) {
    // Of 32 bits a heap may give the half.
    const size_t size = (sizeof(size_t) < 8 ? SIZE_MAX : size_t{PTRDIFF_MAX}) - less;
    EXPECT_EQ(mem$malloc(a, size, 64), nullptr);
    EXPECT_EQ(mem$malloc(a, size, 1), nullptr);
    EXPECT_EQ(mem$calloc(a, 1, size), nullptr);
    EXPECT_EQ(mem$realloc(a, kept, size), nullptr);
  }
  EXPECT_EQ(std::count(kept, kept + 10, 1), 10) << "a failed realloc leaves the block as it was";
  mem$free(a, kept);
}

TEST_P(AllocatorConformanceTest, FailedReallocKeepsTheBlock) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  for (size_t align = 1; align <= 64; align *= 2) {
    char* p = mem$malloc(a, 100, align);
    ASSERT_NE(p, nullptr);
    memset(p, 42, 100);
    for (const size_t size : kBadSizes) {
      EXPECT_EQ(mem$realloc(a, p, size, align), nullptr);
      EXPECT_EQ(a->realloc(a, p, size, align), nullptr);
    }
    EXPECT_EQ(std::count(p, p + 100, 42), 100);
    p = mem$realloc(a, p, 200, align);
    ASSERT_NE(p, nullptr) << "it is still ours";
    EXPECT_EQ(std::count(p, p + 100, 42), 100);
    mem$free(a, p);
  }
}

TEST_P(AllocatorConformanceTest, ReallocOfNullAllocates) {
  Fixture fixture(GetParam());
  for (size_t align = 1; align <= 64; align *= 2) {
    char* p = mem$realloc(fixture.a(), nullptr, 100, align);
    ASSERT_NE(p, nullptr);
    EXPECT_TRUE(mem$aligned_pointer(p, align));
    memset(p, 1, 100);
    mem$free(fixture.a(), p);
  }
}

TEST_P(AllocatorConformanceTest, FreeOfNullIsFineAndFreeSetsNull) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  char* p = nullptr;
  mem$free(a, p);
  EXPECT_EQ(p, nullptr);
  EXPECT_EQ(a->free(a, nullptr), nullptr);
  p = mem$malloc(a, 1);
  ASSERT_NE(p, nullptr);
  mem$free(a, p);
  EXPECT_EQ(p, nullptr);
  void* raw = mem$malloc(a, 1);
  EXPECT_EQ(a->free(a, raw), nullptr) << "so that C can write p = a->free(a, p)";
}

TEST_P(AllocatorConformanceTest, ShrinkingKeepsContentAndPlace) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  for (size_t align = 1; align <= 64; align *= 2) {
    char* p = mem$malloc(a, 1000, align);
    ASSERT_NE(p, nullptr);
    char* const before = p;
    for (size_t i = 0; i < 1000; ++i) p[i] = static_cast<char>(i);
    for (size_t size = 1000; size > 0; size -= 37) {
      p = mem$realloc(a, p, size, align);
      ASSERT_NE(p, nullptr);
      if (GetParam().shrinks_in_place) {
        ASSERT_EQ(p, before) << size;
      }
      for (size_t i = 0; i < size; ++i) ASSERT_EQ(p[i], static_cast<char>(i));
      if (size < 37) break;
    }
    mem$free(a, p);
  }
}

TEST_P(AllocatorConformanceTest, ScopesGiveBackWhatCameInside) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  if (!a->meta.is_arena) GTEST_SKIP() << "has no scopes";
  const uint32_t depth = a->scope_depth(a);
  char* kept = mem$malloc(a, 100);
  ASSERT_NE(kept, nullptr);
  memset(kept, 9, 100);
  // Far more, in all, than the subject may have live at once.
  const size_t rounds = 3 * kMaxLive / kMaxBlock + 3;
  for (size_t round = 0; round < rounds; ++round) {
    mem$scope(a, inner) {
      EXPECT_EQ(a->scope_depth(a), depth + 1);
      for (const size_t size : {size_t{1}, size_t{500}, kMaxBlock}) {
        char* p = mem$malloc(inner, size);
        ASSERT_NE(p, nullptr) << "round " << round;
        memset(p, static_cast<int>(round), size);
      }
      mem$scope(inner, innermost) {
        ASSERT_NE(mem$malloc(innermost, 100), nullptr);
      }
    }
    EXPECT_EQ(a->scope_depth(a), depth);
  }
  EXPECT_EQ(std::count(kept, kept + 100, 9), 100);
}

TEST_P(AllocatorConformanceTest, ThirtyTwoNestedScopes) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  if (!a->meta.is_arena) GTEST_SKIP() << "has no scopes";
  const uint32_t depth = a->scope_depth(a);
  std::vector<IAllocator> scopes = {a};
  std::vector<char*> blocks;
  for (uint32_t i = 0; i < 32; ++i) {
    scopes.push_back(scopes.back()->scope_enter(scopes.back()));
    ASSERT_NE(scopes.back(), nullptr);
    blocks.push_back(mem$malloc(scopes.back(), 100));
    ASSERT_NE(blocks.back(), nullptr);
    memset(blocks.back(), static_cast<int>(i), 100);
  }
  EXPECT_EQ(a->scope_depth(a), depth + 32);
  for (uint32_t i = 32; i-- > 0;) {
    for (uint32_t j = 0; j <= i; ++j) {
      ASSERT_EQ(std::count(blocks[j], blocks[j] + 100, static_cast<char>(j)), 100);
    }
    scopes[i + 1]->scope_exit(scopes[i + 1]);
  }
  EXPECT_EQ(a->scope_depth(a), depth);
}

TEST_P(AllocatorConformanceTest, UsedFromC) {
  Fixture fixture(GetParam());
  const IAllocator a = fixture.a();
  EXPECT_EQ(c_user_allocates(a), 0) << "line of c_user.c";
  EXPECT_EQ(a->meta.is_arena ? c_user_scopes(a) : 0, 0) << "line of c_user.c";
}

// Runs a fixed sequence of calls with the backing allocator failing once at its
// n-th call, and again from there on, for each n until nothing fails any more.
// Whatever fails, contents are intact, and all is freed.
TEST_P(AllocatorConformanceTest, BackingThatFailsAtTheNthCall) {
  if (!GetParam().is_backed) GTEST_SKIP() << "has no backing allocator";
  for (const size_t count : {size_t{1}, CountingAllocator::kNever}) {
    size_t failures = 1;
    for (size_t n = 0; failures > 0; ++n) {
      ASSERT_LT(n, 1000u);
      failures = 0;
      Fixture fixture(GetParam());
      const IAllocator a = fixture.a();
      fixture.backing().fail(n, count);
      std::vector<std::pair<char*, size_t>> blocks;
      for (size_t i = 0; i < 12; ++i) {
        const size_t size = (i % 3 + 1) * kMaxBlock / 8;
        char* p = i % 2 == 0 ? mem$malloc(a, size, 64) : mem$calloc(a, 1, size, 64);
        if (p == nullptr) {
          ++failures;
          continue;
        }
        memset(p, static_cast<int>(i + 1), size);
        char* const grown = mem$realloc(a, p, size + size / 2, 64);
        if (grown == nullptr) ++failures;
        blocks.push_back({grown != nullptr ? grown : p, size});
      }
      for (const auto& [p, size] : blocks) {
        ASSERT_EQ(std::count(p, p + size, p[0]), static_cast<ptrdiff_t>(size));
        ASSERT_NE(p[0], 0);
      }
      fixture.backing().fail(CountingAllocator::kNever);
      char* after = mem$malloc(a, 100);
      ASSERT_NE(after, nullptr) << "it recovers";
      mem$free(a, after);
      for (auto& [p, size] : blocks) mem$free(a, p);
    }
  }
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Candidate& candidate) {
  return out << candidate.name;
}

std::string name_of(const ::testing::TestParamInfo<Candidate>& info) { return info.param.name; }

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AllocatorConformanceTest);

}  // namespace cex::testing
