// Every allocation of long operation sequences fails once: the operation says so, the
// container is what it was, and nothing is lost.
#include <stdint.h>

#include <functional>
#include <string>
#include <vector>

#include "cex/allocator.h"
#include "cex/arr.h"
#include "cex/hm.h"
#include "collections/tests/nth.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

TEST(OutOfMemory, ArrStaysAsItWas) {
  const int more[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::vector<long> others(40, 7);
  using Operation = std::function<bool(arr$(int)&)>;
  const std::vector<Operation> operations = {
      [](arr$(int) & a) { return arr$try_push(a, 5) != nullptr; },
      [](arr$(int) & a) { return arr$try_pushm(a, 1, 2, 3, 4, 5, 6, 7) != nullptr; },
      [&](arr$(int) & a) { return arr$try_pusha(a, more) != nullptr; },
      [&](arr$(int) & a) { return arr$try_pusha(a, others) != nullptr; },
      [](arr$(int) & a) { return arr$try_pusha(a, a) != nullptr; },
      [](arr$(int) & a) { return arr$try_ins(a, arr$len(a) / 2, 9) != nullptr; },
      [](arr$(int) & a) { return arr$try_setcap(a, arr$cap(a) + 1); },
      [](arr$(int) & a) { return arr$try_setcap(a, 0); },
      [](arr$(int) & a) { return arr$grow_check(a, arr$len(a) + 1); },
  };
  for (size_t n = 1;; ++n) {
    TestAllocator memory;
    memory.fail_at(n);
    arr$(int) a = nullptr;
    if (!arr$try_new(a, memory)) {
      EXPECT_TRUE(a == nullptr);
      continue;
    }
    for (size_t step = 0; step < 60; ++step) {
      const std::vector<int> before(a.begin(), a.end());
      const size_t capacity = arr$cap(a);
      const size_t bytes = memory.live_bytes;
      const bool had_failed = memory.failed();
      const bool ok = operations[step * 5 % operations.size()](a);
      ASSERT_EQ(ok, had_failed == memory.failed()) << "n " << n << ", step " << step;
      if (ok) continue;
      ASSERT_EQ(std::vector<int>(a.begin(), a.end()), before);
      ASSERT_EQ(arr$cap(a), capacity);
      ASSERT_EQ(memory.live_bytes, bytes);
    }
    arr$free(a);
    if (!memory.failed()) break;
  }
}

struct Maker {
  const char* name;
  bool copy;
  size_t page_size;
};
// Not by its bytes, of which some are padding.
void PrintTo(const Maker& maker, std::ostream* out) { *out << maker.name; }

class OutOfMemoryInMap : public testing::TestWithParam<Maker> {};
INSTANTIATE_TEST_SUITE_P(, OutOfMemoryInMap,
                         testing::Values(Maker{"borrowed", false, 0}, Maker{"copied", true, 0},
                                         Maker{"paged", true, 2048}));

TEST_P(OutOfMemoryInMap, HmStaysAsItWas) {
  std::vector<std::string> names;
  for (int i = 0; i < 120; ++i) {
    names.push_back(std::to_string(i * 7919) + std::string(i % 9 == 0 ? 300 : 1, 'n'));
  }
  using Map = hm$(const char*, int);
  const auto content = [](const Map& m) {
    std::vector<std::pair<std::string, int>> entries;
    for (const auto& [key, value] : m) entries.emplace_back(key, value);
    return entries;
  };
  for (size_t n = 1;; ++n) {
    TestAllocator memory;
    memory.fail_at(n);
    Map m = nullptr;
    if (!hm$try_new(m, memory, .capacity = 3, .copy_keys = GetParam().copy,
                    .copy_keys_arena_pgsize = GetParam().page_size)) {
      EXPECT_TRUE(m == nullptr);
      continue;
    }
    for (size_t step = 0; step < names.size(); ++step) {
      const char* const name = names[step].c_str();
      const auto before = content(m);
      const size_t bytes = memory.live_bytes;
      const bool had_failed = memory.failed();
      bool ok = false;
      switch (step % 4) {
        case 0:
          ok = hm$try_set(m, name, static_cast<int>(step)) != nullptr;
          break;
        case 1:
          ok = hm$try_setp(m, name) != nullptr;
          break;
        case 2:
          ok = hm$try_sets(m, name, static_cast<int>(step)) != nullptr;
          break;
        default:
          ok = hm$try_set(m, name, 3) != nullptr && hm$del(m, names[step / 2].c_str());
      }
      const bool failed_now = had_failed != memory.failed();
      if (failed_now) {
        ASSERT_FALSE(ok) << "n " << n << ", step " << step;
        ASSERT_EQ(content(m), before);
        // A page of keys that was got in vain stays for the next key.
        ASSERT_TRUE(memory.live_bytes == bytes || GetParam().page_size != 0);
        ASSERT_EQ(hm$getp(m, name), nullptr);
      }
      // All that should be there is found, at its place.
      for (size_t i = 0; i < hm$len(m); ++i) ASSERT_EQ(hm$gets(m, nth(m, i).key), &nth(m, i));
    }
    hm$free(m);
    if (!memory.failed()) break;
  }
}

TEST(OutOfMemory, HmOfIntegers) {
  for (size_t n = 1;; ++n) {
    TestAllocator memory;
    memory.fail_at(n);
    hm$(int, int) m = nullptr;
    if (!hm$try_new(m, memory)) continue;
    for (int i = 0; i < 2000; ++i) {
      const bool had_failed = memory.failed();
      const size_t length = hm$len(m);
      const bool ok = hm$try_set(m, i, i) != nullptr;
      ASSERT_EQ(ok, had_failed == memory.failed());
      if (ok) continue;
      ASSERT_EQ(hm$len(m), length);
      for (int j = 0; j < i; ++j) ASSERT_EQ(hm$get(m, j, -1), j);
      ASSERT_EQ(hm$get(m, i, -1), -1);
      ASSERT_NE(hm$try_set(m, i, i), nullptr);  // and again, now that there is memory
    }
    EXPECT_EQ(hm$len(m), 2000u);
    hm$free(m);
    if (!memory.failed()) break;
  }
}

TEST(OutOfMemory, MoreThanAMapCanHold) {
  TestAllocator memory;
  hm$(int, int) m = nullptr;
  EXPECT_TRUE(hm$try_new(m, memory, .capacity = (size_t{1} << 31) + 1) == nullptr);
  EXPECT_TRUE(hm$try_new(m, memory, .capacity = -1) == nullptr);
  EXPECT_TRUE(m == nullptr);
}

TEST(OutOfMemoryDeathTest, ThePlainFormsEndTheProgram) {
  TestAllocator memory;
  arr$(int) a = nullptr;
  hm$(int, int) m = nullptr;
  hm$(const char*, int) names = nullptr;
  memory.fail_at(1);
  EXPECT_DEATH(arr$new(a, memory), "cex: .*out_of_memory_test.cc:[0-9]+: arr.new: out of memory");
  memory.fail_at(1);
  EXPECT_DEATH(hm$new(m, memory), "cex: .*out_of_memory_test.cc:[0-9]+: h..new: out of memory");
  EXPECT_DEATH(hm$new(m, memory, .capacity = (size_t{1} << 31) + 1),
               "h..new: a map holds at most 2147483648 entries");
  memory.fail_at(0);
  arr$new(a, memory);
  hm$new(m, memory);
  hm$new(names, memory, .capacity = 10, .copy_keys = true);
  for (int i = 0; i < 16; ++i) arr$push(a, i);
#ifdef CEX_TEST_FLAT
  constexpr int kRoom = detail::kHfSlots;
#else
  constexpr int kRoom = 8;
#endif
  for (int i = 2; i < 2 + kRoom; ++i) hm$set(m, i, i);
  memory.fail_at(1);
  EXPECT_DEATH(arr$push(a, 1), "out_of_memory_test.cc:[0-9]+: arr.push: out of memory\n  16 elem");
  EXPECT_DEATH(arr$pushm(a, 1, 2), "arr.pushm: out of memory");
  EXPECT_DEATH(arr$pusha(a, a), "arr.pusha: out of memory");
  EXPECT_DEATH(arr$ins(a, 0, 1), "arr.ins: out of memory");
  EXPECT_DEATH(arr$setcap(a, 100), "arr.setcap: out of memory");
  EXPECT_DEATH(arr$setcap(a, -1),
               "arr.setcap: out of memory\n  [0-9]+ elements wanted: a negative");
  EXPECT_DEATH(hm$set(m, 1, 1), "out_of_memory_test.cc:[0-9]+: h..set: out of memory");
  EXPECT_DEATH(hm$setp(m, 1), "h..setp: out of memory");
  EXPECT_DEATH(hm$sets(m, 1, 1), "h..sets: out of memory");
  EXPECT_DEATH(hm$set(names, "key", 1), "h..set: out of memory");
  memory.fail_at(0);
  arr$free(a);
  hm$free(m);
  hm$free(names);
}

}  // namespace
}  // namespace cex
