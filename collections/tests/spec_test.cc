// The specification's own code on arrays, with the standard library in place of its
// os.path and log.
#include <stdio.h>

#include <filesystem>
#include <string>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/collections.h"
#include "cex/tempmem.h"
#include "gtest/gtest.h"

namespace {

// A handle is a pointer.
template <typename T>
inline constexpr bool kIsPointer =
    sizeof(T) == sizeof(void*) &&
    std::is_trivially_copyable_v<T>&& std::is_trivially_destructible_v<T>;
static_assert(kIsPointer<arr$(char)> && kIsPointer<hm$(int, int)> && kIsPointer<hf$(int, int)>);

TEST(Spec, KeyManagementConcepts) {
  const std::string here = std::filesystem::current_path().string();
  const char* alt_include_path[] = {here.c_str(), "/nowhere/at/all"};
  int missing = 0;
  size_t found = 0;

  mem$scope(tmem$, _) {
    arr$(const char*) incl_path = arr$new(incl_path, _);
    for$each (p, alt_include_path) {
      arr$push(incl_path, p);
      if (!std::filesystem::exists(p)) {
        fprintf(stderr, "alt_include_path not exists: %s\n", p);
        ++missing;
      }
    }
    found = arr$len(incl_path);
    EXPECT_STREQ(incl_path[0], here.c_str());
  }

  EXPECT_EQ(found, 2u);
  EXPECT_EQ(missing, 1);
}

TEST(Spec, TheSameWithMutableStrings) {
  char first[] = "/usr";
  char* alt_include_path[] = {first};
  mem$scope(tmem$, _) {
    arr$(char*) incl_path = arr$new(incl_path, _);
    for$each (p, alt_include_path) {
      arr$push(incl_path, p);
    }
    EXPECT_EQ(incl_path[0], first);
  }
}

// "The same dynamic array can be backed by heap, arena, or stack based static char
// buffer with the same allocator interface."
size_t fill(IAllocator allocator) {
  arr$(int) numbers = arr$new(numbers, allocator);
  for (int i = 0; i < 1000; ++i) arr$push(numbers, i);
  hm$(int, int) squares = hm$new(squares, allocator);
  for$each (n, numbers) hm$set(squares, n, n * n);
  const size_t length = arr$len(numbers) + hm$len(squares);
  hm$free(squares);
  arr$free(numbers);
  return length;
}

TEST(Spec, TheSameArrayOnAnyAllocator) {
  EXPECT_EQ(fill(mem$), 2000u);
  mem$arena(4096, arena) EXPECT_EQ(fill(arena), 2000u);
  mem$scope(tmem$, _) EXPECT_EQ(fill(_), 2000u);
}

// The specification would have these reported. Containers keep the allocator of their scope,
// so that growing in an inner one is no error.
TEST(Spec, GrowthInAnInnerScope) {
  mem$scope(tmem$, _) {
    arr$(int) a = arr$new(a, _);
    hm$(int, int) m = hm$new(m, _);
    hm$(const char*, int) words = hm$new(words, tmem$, .copy_keys = true);
    for (int round = 0; round < 10; ++round) {
      mem$scope(tmem$, inner) {
        char* scratch = mem$malloc(inner, 100);
        ASSERT_NE(scratch, nullptr);
        for (int i = round * 100; i < (round + 1) * 100; ++i) {
          arr$push(a, i);
          hm$set(m, i, i);
          snprintf(scratch, 100, "word %d", i);
          hm$set(words, scratch, i);
        }
      }
    }
    for (int i = 0; i < 1000; ++i) {
      ASSERT_EQ(a[i], i);
      ASSERT_EQ(hm$get(m, i), i);
      ASSERT_EQ(hm$get(words, ("word " + std::to_string(i)).c_str()), i);
    }
  }
}

}  // namespace
