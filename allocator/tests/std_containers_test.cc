// Every container of the standard library takes its memory from an arena.
#include <gtest/gtest.h>

#include <deque>
#include <forward_list>
#include <functional>
#include <list>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cex/arena.h"
#include "cex/pmr.h"

namespace cex {
namespace {

template <typename T>
using In = StdAllocator<T>;
using Text = std::basic_string<char, std::char_traits<char>, In<char>>;

constexpr int kCount = 100;
constexpr const char* kLong = "longer than the small string optimization can hold";

// Fills a container and expects that the arena it was made over has grown, and the heap not.
template <typename Container, typename Add>
void expect_lives_in_the_arena(const char* name, Add add) {
  SCOPED_TRACE(name);
  mem$arena(4096, arena) {
    const size_t before = AllocatorArena.stats(arena).bytes_in_use;
    Container container(arena);
    for (int i = 0; i < kCount; ++i) add(container, i);
    EXPECT_GT(AllocatorArena.stats(arena).bytes_in_use, before);
    Container moved(std::move(container));
    container = std::move(moved);
    const Container copy = container;
    EXPECT_EQ(copy, container);
    EXPECT_EQ(copy.get_allocator().allocator(), arena);
  }
}

TEST(StdContainersTest, Sequences) {
  const auto push_back = [](auto& c, int i) { c.push_back(i); };
  expect_lives_in_the_arena<std::vector<int, In<int>>>("vector", push_back);
  expect_lives_in_the_arena<std::vector<bool, In<bool>>>(
      "vector<bool>", [](auto& c, int i) { c.push_back(i % 2 == 0); });
  expect_lives_in_the_arena<std::deque<int, In<int>>>("deque", push_back);
  expect_lives_in_the_arena<std::list<int, In<int>>>("list", push_back);
  expect_lives_in_the_arena<std::forward_list<int, In<int>>>(
      "forward_list", [](auto& c, int i) { c.push_front(i); });
  expect_lives_in_the_arena<Text>("basic_string", [](auto& c, int) { c += kLong; });
  expect_lives_in_the_arena<std::vector<Text, In<Text>>>(
      "vector<Text>", [](auto& c, int) { c.push_back(Text(kLong, c.get_allocator())); });
}

TEST(StdContainersTest, Ordered) {
  const auto insert = [](auto& c, int i) { c.insert(i); };
  const auto emplace = [](auto& c, int i) { c.emplace(i, i); };
  using Pair = std::pair<const int, int>;
  expect_lives_in_the_arena<std::set<int, std::less<>, In<int>>>("set", insert);
  expect_lives_in_the_arena<std::multiset<int, std::less<>, In<int>>>("multiset", insert);
  expect_lives_in_the_arena<std::map<int, int, std::less<>, In<Pair>>>("map", emplace);
  expect_lives_in_the_arena<std::multimap<int, int, std::less<>, In<Pair>>>("multimap", emplace);
  expect_lives_in_the_arena<std::map<int, Text, std::less<>, In<std::pair<const int, Text>>>>(
      "map of text", [](auto& c, int i) { c.emplace(i, Text(kLong, c.get_allocator())); });
}

TEST(StdContainersTest, Unordered) {
  const auto insert = [](auto& c, int i) { c.insert(i); };
  const auto emplace = [](auto& c, int i) { c.emplace(i, i); };
  using Hash = std::hash<int>;
  using Equal = std::equal_to<>;
  using Pair = std::pair<const int, int>;
  expect_lives_in_the_arena<std::unordered_set<int, Hash, Equal, In<int>>>("unordered_set", insert);
  expect_lives_in_the_arena<std::unordered_multiset<int, Hash, Equal, In<int>>>(
      "unordered_multiset", insert);
  expect_lives_in_the_arena<std::unordered_map<int, int, Hash, Equal, In<Pair>>>("unordered_map",
                                                                                 emplace);
  expect_lives_in_the_arena<std::unordered_multimap<int, int, Hash, Equal, In<Pair>>>(
      "unordered_multimap", emplace);
}

}  // namespace
}  // namespace cex
