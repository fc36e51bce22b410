// What CEX_TEST reports on arr$ and hm$: the message, and the user's line in it. The
// checks that stay in every build are tested in both.
#include <stdint.h>

#include <algorithm>
#include <ranges>
#include <span>
#include <string>
#include <string_view>

#include "allocator/tests/skip_unless.h"
#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/arr.h"
#include "cex/for_each.h"
#include "cex/hm.h"
#include "cex/sanitizer.h"
#include "cex/tempmem.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// The line that this stands on, as a message names it.
#define HERE(message) "cex: .*checks_test\\.cc:" + std::to_string(__LINE__) + ": " message

class ChecksDeathTest : public testing::Test {
 protected:
  void SetUp() override {
    arr$new(a_, mem$);
    arr$pushm(a_, 1, 2, 3);
    hm$new(m_, mem$);
    hm$set(m_, 1, 10);
  }
  void TearDown() override {
    arr$free(a_);
    hm$free(m_);
  }

  arr$(int) a_;
  hm$(int, int) m_;
};

TEST_F(ChecksDeathTest, IndexOutOfRangeInEveryBuild) {
  EXPECT_DEATH(arr$at(a_, 3), HERE("arr.at: index 3 is out of range\n  there are 3 elements"));
  EXPECT_DEATH(arr$at(a_, -1), HERE("arr.at: index -1 is out of range"));
  EXPECT_DEATH(arr$ins(a_, 4, 0), HERE("arr.ins: index 4 is out of range"));
  EXPECT_DEATH(arr$del(a_, 3), HERE("arr.del: index 3 is out of range"));
  EXPECT_DEATH(arr$delswap(a_, 3), HERE("arr.delswap: index 3 is out of range"));
  EXPECT_DEATH(arr$pusha(a_, a_ + 2, 2), HERE("arr.pusha: the source begins inside the array"));
}

TEST_F(ChecksDeathTest, NullInEveryBuild) {
  arr$(int) none = nullptr;
  hm$(int, int) no_map = nullptr;
  EXPECT_DEATH(arr$pusha(none, a_), HERE("arr.pusha: the array is null"));
  EXPECT_DEATH(arr$setcap(none, 20), HERE("arr.setcap: the array is null"));
  EXPECT_DEATH(static_cast<void>(arr$grow_check(none, 1)), HERE("arr.grow_check: the array is"));
  EXPECT_DEATH(arr$pushm(none, 1), HERE("arr.pushm: the array is null"));
  EXPECT_DEATH(arr$ins(none, 0, 1), HERE("arr.ins: the array is null"));
  EXPECT_DEATH(arr$new(none, nullptr), HERE("arr.new: the allocator is null"));
  EXPECT_DEATH(hm$set(no_map, 1, 1), HERE("hm.set: the map is null"));
  EXPECT_DEATH(hm$setp(no_map, 1), HERE("hm.setp: the map is null"));
  EXPECT_DEATH(hm$sets(no_map, 1, 1), HERE("hm.sets: the map is null"));
  EXPECT_DEATH(hm$new(no_map, nullptr), HERE("hm.new: the allocator is null"));
}

// Where checks are off a push does not ask: it reads memory that no process has.
#define HERE_IF_CHECKED(message) cex::kChecked ? HERE(message) : ""

TEST_F(ChecksDeathTest, PushOntoNull) {
  arr$(int) none = nullptr;
  EXPECT_DEATH(arr$push(none, 1), HERE_IF_CHECKED("arr.push: the array is null"));
  EXPECT_DEATH(arr$push(none, a_[0]), HERE_IF_CHECKED("arr.push: the array is null"));
  EXPECT_DEATH((void)arr$try_push(none, 1), HERE_IF_CHECKED("arr.try_push: the array is null"));
}

TEST_F(ChecksDeathTest, ATextThatDoesNotFitItsField) {
  hm$(char[4], int) m = hm$new(m, mem$);
  hm$set(m, "abc", 1);
  EXPECT_DEATH(hm$set(m, "abcd", 1), HERE("hm.set: a key of 4 characters does not fit a char.4."));
  EXPECT_DEATH(hm$setp(m, "abcd"), HERE("hm.setp: a key of 4 characters does not fit a char.4."));
  EXPECT_DEATH((void)hm$try_set(m, "abcd", 1), HERE("hm.try_set: a key of 4 characters"));
  EXPECT_DEATH(hm$sets(m, "abcde", 1), HERE("hm.sets: a key of 5 characters does not fit a char"));
  hm$free(m);
}

#ifdef CEX_TEST
TEST_F(ChecksDeathTest, IndexOperators) {
  const size_t big = 3;
  EXPECT_DEATH(a_[3] = 1, HERE("arr.: index 3 is out of range"));
  EXPECT_DEATH(a_[-1] = 1, HERE("arr.: index -1 is out of range"));
  EXPECT_DEATH(a_[big] = 1, HERE("arr.: index 3 is out of range"));
  EXPECT_DEATH(m_[1].value = 1, HERE("hm.: index 1 is out of range\n  there is 1 element"));
}

TEST_F(ChecksDeathTest, EmptyArrays) {
  arr$clear(a_);
  EXPECT_DEATH(arr$pop(a_), HERE("arr.pop: the array is empty"));
  EXPECT_DEATH(arr$last(a_) = 1, HERE("arr.last: the array is empty"));
}

TEST_F(ChecksDeathTest, NullArrays) {
  arr$(int) none = nullptr;
  EXPECT_DEATH(arr$pop(none), HERE("arr.pop: the array is null"));
  EXPECT_DEATH(none[0] = 1, HERE("arr.: index 0 is out of range"));
}

// Where no line is known, at least none of somebody else's is named.
#define NOWHERE(message) "cex: .unknown line.: " message

struct Point {
  int x;
  int y;
};

TEST_F(ChecksDeathTest, StarAndArrow) {
  arr$(int) none = nullptr;
  EXPECT_DEATH(*none = 1, NOWHERE("arr.: index 0 is out of range\n  there are 0 elements"));
  EXPECT_EQ(*a_, 1);
  arr$clear(a_);
  EXPECT_DEATH(*a_ = 1, NOWHERE("arr.: index 0 is out of range"));
  arr$(Point) points = nullptr;
  EXPECT_DEATH(points->x = 1, NOWHERE("arr.: index 0 is out of range\n  there are 0 elements"));
  arr$new(points, mem$);
  EXPECT_DEATH(points->x = 1, NOWHERE("arr.: index 0 is out of range"));
  arr$push(points, 1, 2);
  EXPECT_EQ(points->y, 2);
  arr$(Point) copy = points;
  arr$free(points);
  EXPECT_DEATH(copy->x = 1, NOWHERE("arr.: use of an array that is no longer there"));
}

TEST_F(ChecksDeathTest, LoopsOverTheFirstFew) {
  arr$(int) none = nullptr;
#define MORE "a loop over more elements than there are\n"
  EXPECT_DEATH(for$each (x, a_, 4) static_cast<void>(x), HERE("for.each: " MORE "  4 of 3"));
  EXPECT_DEATH(for$eachp (x, a_, SIZE_MAX) static_cast<void>(x), HERE("for.eachp: " MORE));
  EXPECT_DEATH(for$each (x, none, 1) static_cast<void>(x), HERE("for.each: " MORE));
  EXPECT_DEATH(for$eachp (x, m_, 2) static_cast<void>(x), HERE("for.eachp: " MORE));
  std::string text = "abc";
  EXPECT_DEATH(for$each (c, text, 4) static_cast<void>(c), HERE("for.each: " MORE));
  const int numbers[] = {1, 2, 3};
  const int* const p = numbers;
  EXPECT_DEATH(for$each (x, p, -1) static_cast<void>(x), HERE("for.each: " MORE "  n is -1"));
  EXPECT_DEATH(for$eachp (x, p, -1) static_cast<void>(x), HERE("for.eachp: " MORE "  n is -1"));
  EXPECT_DEATH(for$each (x, p, SIZE_MAX / 4) static_cast<void>(x), HERE("for.each: " MORE));
  // One less could be there.
  for$each (x, p, PTRDIFF_MAX / sizeof(*p)) {
    if (x == 3) break;
  }
#undef MORE
  int sum = 0;
  for$each (x, a_, 3) sum += x;
  for$eachp (x, a_, 2) sum += *x;
  for$each (x, none, 0) sum += x;
  for$each (e, m_, 1) sum += e.value;
  for$each (c, text, 3) sum += c == 'c';
  EXPECT_EQ(sum, 20);
}

TEST_F(ChecksDeathTest, LoopsThatRemoveWhatIsToCome) {
#define GONE "elements were removed or moved inside their own loop\n"
  EXPECT_DEATH(for$each (x, a_) arr$del(a_, x * 0), HERE("for.each: " GONE "  index 2, length 1"));
  TestAllocator memory;  // which moves what grows
  arr$(int) moved = arr$new(moved, memory);
  arr$pushm(moved, 1, 2);
  EXPECT_DEATH(for$eachp (x, moved, 2) arr$setcap(moved, *x * 100), HERE("arr.: use of an array"));
  arr$free(moved);
  hm$set(m_, 2, 20);
  EXPECT_DEATH(for$eachp (e, m_) hm$del(m_, e->key), HERE("for.eachp: " GONE "  index 1, length"));
  hm$(int, int) moves = hm$new(moves, memory);
  hm$set(moves, 1, 10);
  hm$set(moves, 2, 20);
  EXPECT_DEATH(for$each (e, moves) hm$reserve(moves, e.key * 100), HERE("for.each: " GONE));
  hm$free(moves);
#undef GONE
  for$each (x, a_) {
    if (x == 1) arr$push(a_, 4);
    if (x == 3) arr$del(a_, 2);
  }
  for$each (e, m_) {
    if (e.key == 2) hm$del(m_, 2);
  }
  EXPECT_EQ(arr$len(a_), 3u);
  EXPECT_EQ(hm$len(m_), 1u);
}

TEST_F(ChecksDeathTest, UseAfterFree) {
  arr$(int) freed = arr$new(freed, mem$);
  arr$(int) copy = freed;
  arr$free(freed);
  EXPECT_DEATH(arr$push(copy, 1), HERE("arr.push: use of an array that is no longer there"));
  EXPECT_DEATH(arr$free(copy), HERE("arr.free: use of an array that is no longer there"));
  EXPECT_DEATH(copy[0] = 1, HERE("arr.: use of an array that is no longer there"));
  EXPECT_DEATH(copy.data(), HERE("arr.: use of an array that is no longer there"));
  EXPECT_DEATH(copy.begin(), HERE("arr.: use of an array that is no longer there"));
  EXPECT_DEATH(static_cast<void>(copy + 1),
               NOWHERE("arr.: use of an array that is no longer there"));
  EXPECT_DEATH(static_cast<void>(static_cast<int*>(copy)),
               NOWHERE("arr.: use of an array that is no longer there"));
  hm$(int, int) freed_map = hm$new(freed_map, mem$);
  hm$(int, int) map_copy = freed_map;
  hm$free(freed_map);
  EXPECT_DEATH(hm$get(map_copy, 1), HERE("hm.get: use of a map that is no longer there"));
  EXPECT_DEATH(hm$free(map_copy), HERE("hm.free: use of a map that is no longer there"));
}

TEST_F(ChecksDeathTest, UseOfACopyAfterGrowth) {
  arr$(int) a = arr$new(a, mem$);
  arr$(int) copy = a;
  for (int i = 0; i < 100; ++i) arr$push(a, i);
  EXPECT_DEATH(arr$push(copy, 1), HERE("arr.push: use of an array that is no longer there"));
  arr$free(a);
}

TEST_F(ChecksDeathTest, UseAfterTheScopeEnded) {
  arr$(int) a = nullptr;
  hm$(int, int) m = nullptr;
  mem$scope(tmem$, _) {
    arr$new(a, _);
    arr$push(a, 1);
    hm$new(m, _);
    hm$set(m, 1, 1);
  }
  EXPECT_DEATH(arr$push(a, 1), HERE("arr.push: use of an array that is no longer there"));
  EXPECT_DEATH(a[0] = 1, HERE("arr.: use of an array that is no longer there"));
  EXPECT_DEATH(arr$len(a), HERE("arr.: use of an array that is no longer there"));
  EXPECT_DEATH(for$each (x, a) static_cast<void>(x), HERE("arr.: use of an array that is no"));
  EXPECT_DEATH(for$eachp (x, m) static_cast<void>(x), HERE("hm.: use of a map that is no longer"));
  EXPECT_DEATH(hm$set(m, 1, 1), HERE("hm.set: use of a map that is no longer there"));
  EXPECT_DEATH(hm$del(m, 1), HERE("hm.del: use of a map that is no longer there"));
  EXPECT_DEATH(m[0].value = 1, HERE("hm.: use of a map that is no longer there"));
}

// Handles as fields: what the struct lies in is their memory, too.
struct Handles {
  arr$(int) list;
  hm$(int, int) map;
};

// Nothing here says that these bytes were never written, or are no longer anybody's.
template <typename T>
T* hide(T* p) {
  asm volatile("" : "+r"(p) : : "memory");
  return p;
}

TEST_F(ChecksDeathTest, AsARangeAfterTheScopeEnded) {
  arr$(int) a = nullptr;
  hm$(int, int) m = nullptr;
  mem$scope(tmem$, _) {
    arr$new(a, _);
    hm$new(m, _);
  }
  arr$(long) longs = arr$new(longs, mem$);
  EXPECT_DEATH(arr$pusha(a_, a), HERE("arr.: use of an array that is no longer there"));
  EXPECT_DEATH(arr$pusha(longs, a), HERE("arr.: use of an array that is no longer there"));
  EXPECT_DEATH(for$each (x, a, 1) static_cast<void>(x), HERE("arr.: use of an array that is no"));
  EXPECT_DEATH(for$eachp (x, m, 1) static_cast<void>(x), HERE("hm.: use of a map that is no"));
  EXPECT_DEATH(*a = 1, NOWHERE("arr.: use of an array that is no longer there"));
  // From the library's own code, whose line is named where it asks for data().
  EXPECT_DEATH((void)std::span<int>(a).size(), "arr.: use of an array that is no longer there");
#ifdef __cpp_lib_ranges  // not with libc++ 14
  EXPECT_DEATH(std::ranges::sort(a), NOWHERE("arr.: use of an array that is no longer there"));
  EXPECT_DEATH((void)std::ranges::distance(m), NOWHERE("hm.: use of a map that is no longer"));
#endif
  arr$pusha(longs, a_);
  EXPECT_EQ(longs[2], 3);
  arr$free(longs);
}

TEST_F(ChecksDeathTest, HandlesInMemoryThatIsGone) {
  SKIP_UNLESS(kChecker == Checker::kPattern, "the tool reports that the handle is read");
  Handles* ended = nullptr;
  mem$scope(tmem$, _) {
    ended = mem$new(_, Handles, a_, m_);
    EXPECT_EQ(ended->list[0], 1);
    EXPECT_EQ(hm$get(ended->map, 1), 10);
  }
  Handles* freed = mem$new(mem$, Handles, a_, m_);
  Handles* block = freed;
  freed = hide(freed);
  mem$free(mem$, block);
#define GONE "the handle itself lies in memory that was freed or whose scope ended"
  EXPECT_DEATH(arr$push(hide(ended)->list, 1), HERE("arr.push: " GONE));
  EXPECT_DEATH(arr$len(ended->list), HERE("arr.: " GONE));
  EXPECT_DEATH(ended->list[0] = 1, HERE("arr.: " GONE));
  EXPECT_DEATH(arr$free(ended->list), HERE("arr.free: " GONE));
  EXPECT_DEATH(hm$set(ended->map, 1, 1), HERE("hm.set: " GONE));
  EXPECT_DEATH(hm$get(ended->map, 1), HERE("hm.get: " GONE));
  EXPECT_DEATH(hm$free(ended->map), HERE("hm.free: " GONE));
  EXPECT_DEATH(arr$push(freed->list, 1), HERE("arr.push: " GONE));
  EXPECT_DEATH(hm$set(freed->map, 1, 1), HERE("hm.set: " GONE));
#undef GONE
}

TEST_F(ChecksDeathTest, HandlesThatWereNeverSet) {
  SKIP_UNLESS(kChecker == Checker::kPattern, "the tool reports that the handle is read");
  Handles* fresh = mem$malloc(mem$, sizeof(Handles));
  fresh = hide(fresh);
#define NEVER_SET "the handle was never set: it lies in fresh memory"
  EXPECT_DEATH(arr$push(fresh->list, 1), HERE("arr.push: " NEVER_SET));
  EXPECT_DEATH(arr$len(fresh->list), HERE("arr.: " NEVER_SET));
  EXPECT_DEATH(hm$set(fresh->map, 1, 1), HERE("hm.set: " NEVER_SET));
  EXPECT_DEATH(hm$len(fresh->map), HERE("hm.: " NEVER_SET));
#undef NEVER_SET
  mem$free(mem$, fresh);
}

TEST_F(ChecksDeathTest, HandlesInFreshMemoryAreSet) {
  Handles* fresh = mem$malloc(mem$, sizeof(Handles));
  arr$new(fresh->list, mem$);
  hm$new(fresh->map, mem$);
  arr$push(fresh->list, 1);
  hm$set(fresh->map, 1, 1);
  arr$free(fresh->list);
  hm$free(fresh->map);
  mem$free(mem$, fresh);
}

TEST_F(ChecksDeathTest, NullStrings) {
  hm$(const char*, int) m = hm$new(m, mem$);
  const char* const none = nullptr;
  EXPECT_DEATH(hm$set(m, none, 1), HERE("hm.set: the key is a null string"));
  EXPECT_DEATH(hm$get(m, none), HERE("hm.get: the key is a null string"));
  EXPECT_DEATH(hm$sets(m, {none, 1}), HERE("hm.sets: the key is a null string"));
  hm$free(m);
  hm$(char[8], int) fields = hm$new(fields, mem$);
  EXPECT_DEATH(hm$set(fields, none, 1), HERE("hm.set: the key is a null string"));
  EXPECT_DEATH(hm$get(fields, none), HERE("hm.get: the key is a null string"));
  EXPECT_DEATH(hm$del(fields, none), HERE("hm.del: the key is a null string"));
  EXPECT_DEATH(hm$sets(fields, none, 1), HERE("hm.sets: the key is a null string"));
  hm$set(fields, std::string_view(), 1);  // which is no null string, but an empty one
  EXPECT_EQ(hm$get(fields, ""), 1);
  hm$free(fields);
}

TEST_F(ChecksDeathTest, WritesToKeysInPages) {
  hm$(char*, int) m = hm$new(m, mem$, .copy_keys_arena_pgsize = 1000);
  hm$set(m, "abcdefghijklmn", 1);
  hm$set(m, "exactly", 2);
  char* const key = m[0].key;
  char* const eight = m[1].key;
  const auto write = [](char* p, char c) { *hide(p) = c; };
#define PAST "write past the end of a copied key, at 0x"
  for (char* const past : {key + 15, key + 16, key + 23, eight + 8, eight + 15}) {
    const char kept = *hide(past);
    write(past, 'x');
    EXPECT_DEATH(hm$free(m), HERE(PAST));
    EXPECT_DEATH(hm$clear(m), HERE(PAST));
    write(past, kept);
  }
  write(key + 15, 'x');
  EXPECT_DEATH(hm$del(m, key), HERE(PAST ".*\n    the key: 15 bytes, .abcdefghijklmn"));
  write(key + 15, static_cast<char>(kPoisonByte));
#undef PAST
  write(key - 1, 'x');
  EXPECT_DEATH(hm$free(m), HERE("write before the first character of a copied key, at 0x"));
  write(key - 1, static_cast<char>(kPoisonByte));

  EXPECT_TRUE(hm$del(m, "abcdefghijklmn"));
#define DELETED "write to a copied key that was deleted, at 0x"
  write(key, 'x');
  EXPECT_DEATH(hm$set(m, "abcdefghijklmx", 1), HERE(DELETED));
  EXPECT_DEATH(hm$free(m), HERE(DELETED));
#undef DELETED
  write(key, static_cast<char>(kPoisonByte));
  hm$set(m, "abcdefghijklmx", 1);
  hm$set(m, "abcdefghijklmy", 1);
  EXPECT_STREQ(key, "abcdefghijklmx");
  hm$free(m);
}

TEST_F(ChecksDeathTest, WritesBeforeTheFirstElement) {
#define BEFORE "write before the first element of the array at 0x"
  int* const first = hide(a_.data());
  // Not the length, which pushes change, nor what only aligns the rest.
#if UINTPTR_MAX == UINT32_MAX
  constexpr int kBack[] = {1, 2, 3, 4, 8, 10, 11, 12};
#else
  constexpr int kBack[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16};
#endif
  for (const int back : kBack) {
    const int kept = first[-back];
    first[-back] = 7;
    EXPECT_DEATH(arr$push(a_, 1), HERE("arr.push: " BEFORE)) << back;
    first[-back] = kept;
  }
  const int kept = first[-1];
  first[-1] = 7;
  EXPECT_DEATH(arr$len(a_), HERE("arr.: " BEFORE));
  EXPECT_DEATH(arr$setcap(a_, 100), HERE("arr.setcap: " BEFORE));
  EXPECT_DEATH(arr$free(a_), HERE("arr.free: " BEFORE));
  first[-1] = kept;
#undef BEFORE
  for (int i = 0; i < 100; ++i) arr$push(a_, i);  // a header that moves is a good one
  arr$setcap(a_, 0);
  EXPECT_EQ(arr$len(a_), 103u);
  struct alignas(64) Line {
    int x;
  };
  arr$(Line) lines = arr$new(lines, mem$);
  for (int i = 0; i < 100; ++i) arr$push(lines, {i});
  EXPECT_EQ(arr$last(lines).x, 99);
  int* const x = hide(&lines[0].x);
  x[-1] = 1;
  EXPECT_DEATH(arr$pop(lines), HERE("arr.pop: write before the first element of the array at"));
  x[-1] = -0x08080809;  // four of kPoisonByte
  arr$free(lines);
}

TEST_F(ChecksDeathTest, AHandleOfTheWrongType) {
  arr$(int64_t) wrong;
  memcpy(static_cast<void*>(&wrong), &a_, sizeof(a_));
  EXPECT_DEATH(arr$push(wrong, 1), HERE("arr.push: the array has elements of 4 bytes, the handle"));
  hm$(int, char[100]) other;
  memcpy(static_cast<void*>(&other), &m_, sizeof(m_));
  EXPECT_DEATH(hm$del(other, 1), HERE("hm.del: the map has entries of .* bytes, the handle"));
}
#endif  // CEX_TEST

}  // namespace
}  // namespace cex
