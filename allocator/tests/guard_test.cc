// AllocatorGuard where nothing goes wrong: placement, sampling, bounds, scopes, threads.
#include "cex/guard.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "allocator/tests/one_handle_allocator.h"
#include "allocator/tests/skip_unless.h"
#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/tempmem.h"

namespace {

using cex::testing::CountingAllocator;

const auto kPage = static_cast<size_t>(sysconf(_SC_PAGESIZE));

uintptr_t offset_in_page(const void* p) { return reinterpret_cast<uintptr_t>(p) % kPage; }

class Guard {
 public:
  explicit Guard(IAllocator backing, const cex::GuardOptions& options = {})
      : a_(AllocatorGuard.create(backing, options)) {}
  ~Guard() { AllocatorGuard.destroy(a_); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  operator IAllocator() const { return a_; }
  cex::GuardStats stats() const { return AllocatorGuard.stats(a_); }

 private:
  IAllocator a_;
};

TEST(GuardTest, BlocksEndAtThePageUpToTheirAlignment) {
  const Guard guard(mem$);
  for (size_t align = 1; align <= 64; align *= 2) {
    for (const size_t size : {size_t{1}, size_t{9}, size_t{63}, size_t{64}, kPage, 3 * kPage + 1}) {
      char* p = mem$malloc(guard, size, align);
      ASSERT_TRUE(AllocatorGuard.owns(guard, p));
      EXPECT_TRUE(mem$aligned_pointer(p, align));
      const size_t left = (kPage - offset_in_page(p + size)) % kPage;
      EXPECT_LT(left, align) << size;
      mem$free(guard, p);
    }
  }
}

// What it does not do may be null, as MemScope has it.
TEST(GuardTest, StandsBeforeAnAllocatorThatLeavesFunctionsOut) {
  const Guard guard(&cex::testing::one_handle_allocator, {.one_in = 0});
  cex::testing::expect_scopes_of_one_handle(guard);
}

TEST(GuardTest, StandsBeforeAnAllocatorWithoutScopes) {
  const Guard guard(&cex::testing::no_scopes_allocator, {.one_in = 0});
  cex::testing::expect_no_scopes(guard);
}

TEST(GuardTest, AtStartBlocksBeginAtThePage) {
  const Guard guard(mem$, {.at_start = true});
  for (const size_t size : {size_t{1}, size_t{9}, kPage, 3 * kPage + 1}) {
    char* p = mem$malloc(guard, size);
    EXPECT_EQ(offset_in_page(p), 0u);
    memset(p, 1, size);
    mem$free(guard, p);
  }
}

TEST(GuardTest, ExactBlocksOfTheDefaultAlignmentEndAtThePage) {
  constexpr size_t kNamed = alignof(max_align_t) / 2;
  const Guard guard(mem$, {.exact = true});
  for (const size_t size : {size_t{1}, size_t{9}, size_t{63}, kPage + 1}) {
    char* p = mem$malloc(guard, size);
    EXPECT_EQ(offset_in_page(p + size), 0u) << size;
    mem$free(guard, p);
    char* q = mem$malloc(guard, size, kNamed);
    EXPECT_TRUE(mem$aligned_pointer(q, kNamed)) << "an alignment that was named is kept";
    mem$free(guard, q);
  }
}

TEST(GuardTest, TellsItsBlocksFromThoseThatPassedOn) {
  const Guard guard(mem$, {.one_in = 0});
  char* p = mem$malloc(guard, 10);
  EXPECT_FALSE(AllocatorGuard.owns(guard, p));
  EXPECT_FALSE(AllocatorGuard.owns(guard, nullptr));
  mem$free(guard, p);
  EXPECT_EQ(guard.stats().guarded, 0u);
}

TEST(GuardTest, StatsCount) {
  const Guard guard(mem$);
  char* p = mem$malloc(guard, 10);
  char* q = mem$calloc(guard, 2, 10);
  EXPECT_EQ(guard.stats().guarded, 2u);
  EXPECT_EQ(guard.stats().live, 2u);
  EXPECT_EQ(guard.stats().live_bytes, 30u);
  EXPECT_EQ(guard.stats().quarantined, 0u);
  mem$free(guard, p);
  EXPECT_EQ(guard.stats().live, 1u);
  EXPECT_EQ(guard.stats().live_bytes, 20u);
  EXPECT_EQ(guard.stats().quarantined, 1u);
  q = mem$realloc(guard, q, 5);
  EXPECT_EQ(guard.stats().guarded, 3u);
  EXPECT_EQ(guard.stats().live_bytes, 5u);
  EXPECT_EQ(guard.stats().quarantined, 2u);
  mem$free(guard, q);
  EXPECT_EQ(guard.stats().no_room, 0u);
  EXPECT_EQ(guard.stats().no_mapping, 0u);
}

TEST(GuardTest, ReallocKeepsContentAndMoves) {
  const Guard guard(mem$);
  char* p = mem$malloc(guard, 100);
  for (int i = 0; i < 100; ++i) p[i] = static_cast<char>(i);
  for (const size_t size : {size_t{101}, 5 * kPage, size_t{40}}) {
    char* const before = p;
    p = mem$realloc(guard, p, size);
    ASSERT_NE(p, nullptr);
    EXPECT_NE(p, before) << "so that an old pointer is refused";
    for (int i = 0; i < 40; ++i) ASSERT_EQ(p[i], i);
  }
  mem$free(guard, p);
}

// Of 100,000 draws at 1 in 100 all but one in 10^9 lie between 800 and 1,200.
TEST(GuardTest, OneInIsOneInThatMany) {
  const Guard guard(mem$, {.one_in = 100});
  for (int i = 0; i < 100'000; ++i) {
    char* p = mem$malloc(guard, 16);
    mem$free(guard, p);
  }
  EXPECT_GT(guard.stats().guarded, 800u);
  EXPECT_LT(guard.stats().guarded, 1200u);
}

// Threads that allocate little are seen too: each begins somewhere else. Of 400 draws at 1 in 4
// all but one in 10^8 lie between 50 and 150.
TEST(GuardTest, ShortThreadsAreGuardedAsOften) {
  const Guard guard(mem$, {.one_in = 4});
  for (int t = 0; t < 400; ++t) {
    std::thread([&] {
      char* p = mem$malloc(guard, 16);
      mem$free(guard, p);
    }).join();
  }
  EXPECT_GT(guard.stats().guarded, 50u);
  EXPECT_LT(guard.stats().guarded, 150u);
}

TEST(GuardTest, TheQuarantineIsBounded) {
  const Guard guard(mem$, {.quarantine_bytes = 20 * kPage});
  for (int i = 0; i < 1000; ++i) {
    char* p = mem$malloc(guard, 16);
    mem$free(guard, p);
    EXPECT_LE(guard.stats().quarantined, 10u) << "a page each, and one that can't be touched";
  }
  EXPECT_EQ(guard.stats().quarantined, 10u);
  char* p = mem$malloc(guard, 9 * kPage);
  mem$free(guard, p);
  EXPECT_EQ(guard.stats().quarantined, 6u) << "bytes count, and the oldest go";
}

TEST(GuardTest, WithoutAQuarantine) {
  const Guard guard(mem$, {.quarantine_bytes = 0});
  for (int i = 0; i < 100; ++i) {
    char* p = mem$malloc(guard, 16);
    mem$free(guard, p);
  }
  EXPECT_EQ(guard.stats().quarantined, 0u);
  EXPECT_EQ(guard.stats().no_room, 0u);
}

TEST(GuardTest, LiveBlocksAreBounded) {
  CountingAllocator backing;
  {
    const Guard guard(backing.allocator(), {.max_bytes = 8 * kPage, .quarantine_bytes = kPage});
    const size_t own = backing.live_blocks();
    std::vector<char*> blocks;
    for (int i = 0; i < 20; ++i) {
      char* p = mem$malloc(guard, 16);
      memset(p, i, 16);
      blocks.push_back(p);
    }
    EXPECT_EQ(guard.stats().live, 8u);
    EXPECT_EQ(guard.stats().no_room, 12u);
    EXPECT_EQ(backing.live_blocks(), own + 12) << "they pass on";
    for (char* p : blocks) mem$free(guard, p);
    char* large = mem$malloc(guard, 8 * kPage);
    EXPECT_TRUE(AllocatorGuard.owns(guard, large)) << "just so";
    mem$free(guard, large);
    char* larger = mem$malloc(guard, 8 * kPage + 1);
    EXPECT_FALSE(AllocatorGuard.owns(guard, larger));
    mem$free(guard, larger);
  }
  EXPECT_EQ(backing.live_blocks(), 0u);
}

// A block that is guarded and grows to where there is no room.
TEST(GuardTest, ReallocPassesOnWhereThereIsNoRoom) {
  const Guard guard(mem$, {.max_bytes = 2 * kPage});
  char* p = mem$malloc(guard, 16);
  ASSERT_TRUE(AllocatorGuard.owns(guard, p));
  strcpy(p, "kept");
  p = mem$realloc(guard, p, 2 * kPage);
  ASSERT_NE(p, nullptr);
  EXPECT_FALSE(AllocatorGuard.owns(guard, p));
  EXPECT_STREQ(p, "kept");
  mem$free(guard, p);
}

TEST(GuardTest, RoomIsFoundBetweenBlocksThatStay) {
  const Guard guard(mem$, {.max_bytes = 64 * kPage, .quarantine_bytes = 8 * kPage});
  std::vector<char*> kept;
  for (int round = 0; round < 300; ++round) {
    char* p = mem$malloc(guard, kPage * (1 + static_cast<size_t>(round) % 7));
    memset(p, round, kPage);
    if (round % 30 == 0) {
      kept.push_back(p);
    } else {
      mem$free(guard, p);
    }
  }
  EXPECT_EQ(guard.stats().no_room, 0u);
  for (char* p : kept) mem$free(guard, p);
}

TEST(GuardTest, AsTheBackingOfAnArena) {
  const Guard guard(mem$);
  const IAllocator arena = AllocatorArena.create(4096, {.backing = guard});
  mem$scope(arena, _) {
    for (int i = 0; i < 100; ++i) memset(mem$malloc(_, 1000).get(), i, 1000);
  }
  EXPECT_GT(guard.stats().guarded, 0u);
  AllocatorArena.destroy(arena);
  EXPECT_EQ(guard.stats().live, 0u);
}

TEST(GuardTest, BlocksOfAScopeGoWithIt) {
  mem$arena(4096, arena) {
    const Guard guard(arena);
    char* outer = mem$malloc(guard, 10);
    mem$scope(guard, a) {
      char* p = mem$malloc(a, 10);
      mem$scope(a, b) {
        strcpy(p, "still");
        EXPECT_NE(mem$malloc(b, 10), nullptr);
        EXPECT_NE(mem$malloc(a, 10), nullptr);
        EXPECT_EQ(guard.stats().live, 4u);
      }
      EXPECT_EQ(guard.stats().live, 3u) << "what was asked of `a` is there";
      EXPECT_STREQ(p, "still");
    }
    EXPECT_EQ(guard.stats().live, 1u);
    memset(outer, 1, 10);
  }
}

TEST(GuardTest, AnOuterScopeEndsTheInnerOnes) {
  mem$arena(4096, arena) {
    const Guard guard(arena);
    const IAllocator g = guard;
    const IAllocator a = g->scope_enter(g);
    const IAllocator b = a->scope_enter(a);
    const IAllocator c = b->scope_enter(b);
    for (const IAllocator level : {g, a, b, c}) EXPECT_NE(level->malloc(level, 10, 16), nullptr);
    EXPECT_EQ(g->scope_depth(g), 3u);
    g->scope_exit(g);
    EXPECT_EQ(g->scope_depth(g), 2u) << "of the guard itself: the innermost";
    a->scope_exit(a);
    EXPECT_EQ(g->scope_depth(g), 0u);
    EXPECT_EQ(guard.stats().live, 1u);
  }
}

#ifdef CEX_TEST
TEST(GuardDeathTest, OverAnAllocatorThatIsGone) {
  SKIP_UNLESS(cex::kChecker != cex::Checker::kMsan, "MemorySanitizer itself reports it");
  const IAllocator below = AllocatorGuard.create(mem$, {.one_in = 0});
  const IAllocator a = AllocatorGuard.create(below, {.one_in = 0});
  EXPECT_DEATH(
      {
        AllocatorGuard.destroy(below);
        (void)mem$malloc(a, 10);
      },
      "guard_test.cc:[0-9]+: the allocator at .* is no longer there");
  AllocatorGuard.destroy(a);
  AllocatorGuard.destroy(below);
}
#endif

TEST(GuardTest, OutsideOfScopesTemporaryMemoryIsRefused) {
  const Guard guard(tmem$);
#ifdef CEX_TEST
  EXPECT_DEATH((void)mem$malloc(guard, 10),
               "tmem\\$ is used outside a mem\\$scope: 10 bytes asked");
  EXPECT_DEATH((void)mem$calloc(guard, 5, 2),
               "tmem\\$ is used outside a mem\\$scope: 10 bytes asked");
#else
  EXPECT_EQ(mem$malloc(guard, 10), nullptr);
  EXPECT_EQ(mem$calloc(guard, 5, 2), nullptr);
#endif
  mem$scope(guard, outer) {
    EXPECT_TRUE(AllocatorGuard.owns(guard, mem$malloc(outer, 10)));
    mem$scope(guard, inner) EXPECT_TRUE(AllocatorGuard.owns(guard, mem$malloc(inner, 10)));
    const Guard inside(tmem$);
    EXPECT_TRUE(AllocatorGuard.owns(inside, mem$malloc(inside, 10)));
  }
}

TEST(GuardTest, MemoryThatWasLockedIsZeroedToo) {
  const Guard guard(mem$, {.quarantine_bytes = 0});
  for (int round = 0; round < 4; ++round) {
    char* p = mem$calloc(guard, 1, kPage);
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(std::count(p, p + kPage, 0), static_cast<ptrdiff_t>(kPage));
    memset(p, 1, kPage);
    const bool is_locked = mlock(p, kPage) == 0;
    mem$free(guard, p);
    SKIP_UNLESS(is_locked, "the system locks no memory");
  }
}

TEST(GuardTest, AScopeForWhichThereIsNoMemoryRefuses) {
  alignas(64) static char buffer[8192];
  const IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  {
    const Guard guard(fixed, {.one_in = 0});
    const std::function<void(IAllocator, int)> nest = [&](IAllocator a, int depth) {
      mem$scope(a, inner) {
        if (depth < 1000) return nest(inner, depth + 1);
        EXPECT_EQ(mem$malloc(inner, 1), nullptr);
      }
    };
    nest(guard, 0);
  }
  AllocatorFixed.destroy(fixed);
}

TEST(GuardTest, ScopesByTheThousand) {
  const Guard guard(tmem$, {.one_in = 100});
  for (int i = 0; i < 5000; ++i) {
    mem$scope(guard, a) {
      mem$scope(a, b) memset(mem$malloc(b, 10).get(), 1, 10);
    }
  }
  EXPECT_EQ(guard.stats().live, 0u);
  EXPECT_EQ(guard.stats().no_room, 0u);
}

TEST(GuardTest, ManyThreads) {
  const Guard guard(mem$, {.one_in = 2, .max_bytes = 256 * kPage, .quarantine_bytes = 64 * kPage});
  std::vector<std::thread> threads;
  std::atomic<char*> handed{nullptr};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::vector<char*> blocks(20);
      for (size_t i = 0; i < 2000; ++i) {
        char*& p = blocks[i % blocks.size()];
        if (p != nullptr && p[0] != t) ADD_FAILURE() << "another thread's";
        mem$free(guard, p);
        p = mem$malloc(guard, 1 + i % 5000);
        p[0] = static_cast<char>(t);
        char* mine = mem$malloc(guard, 10);
        char* theirs = handed.exchange(mine);
        mem$free(guard, theirs);
      }
      for (char*& p : blocks) mem$free(guard, p);
    });
  }
  for (std::thread& thread : threads) thread.join();
  char* last = handed;
  mem$free(guard, last);
  EXPECT_EQ(guard.stats().live, 0u);
}

TEST(GuardTest, SeveralAtOnce) {
  const Guard outer(mem$, {.one_in = 2});
  const Guard inner(outer, {.one_in = 2});
  std::vector<char*> blocks;
  for (int i = 0; i < 200; ++i) blocks.push_back(mem$malloc(inner, 10));
  EXPECT_GT(outer.stats().guarded, 20u);
  EXPECT_GT(inner.stats().guarded, 60u);
  for (char* p : blocks) mem$free(inner, p);
}

TEST(GuardTest, CreateOfNothing) {
  EXPECT_EQ(AllocatorGuard.create(nullptr), nullptr);
  AllocatorGuard.destroy(nullptr);
  CountingAllocator backing;
  backing.fail(0);
  EXPECT_EQ(AllocatorGuard.create(backing.allocator()), nullptr);
}

// More than there are addresses for: everything passes on.
TEST(GuardTest, BoundsBeyondTheAddressSpace) {
  const Guard guard(mem$, {.max_bytes = SIZE_MAX, .quarantine_bytes = SIZE_MAX});
  char* p = mem$malloc(guard, 10);
  EXPECT_FALSE(AllocatorGuard.owns(guard, p));
  EXPECT_EQ(guard.stats().no_mapping, 1u);
  mem$free(guard, p);
}

}  // namespace
