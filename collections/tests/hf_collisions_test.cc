// hf$ with keys that begin in one group, so that nearly all of them pass through others: counts
// that are full, bits of all who passed, tables that are as full as they get.
#include <stddef.h>
#include <stdint.h>

#include <map>
#include <vector>

#include "cex/collections.h"
#include "collections/tests/hf_inspect.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

using Map = Hf<uint64_t, uint64_t>;
constexpr uint64_t kSeed = 11;

uint64_t hash_of(uint64_t key) {
  return detail::HmKeyOf<HmEntry<uint64_t, uint64_t>>::hash(key, detail::hm_seed_from(kSeed));
}

// The next key from `key` on that begins in group 0 of any table of up to `groups` groups. Its tag
// is one of `tags`, of 256.
uint64_t next_colliding(uint64_t key, size_t groups, unsigned tags) {
  for (;; ++key) {
    const uint64_t hash = hash_of(key);
    if ((hash & detail::hf_mask_of(groups)) == 0 && detail::hf_tag(hash) <= tags) return key;
  }
}
std::vector<uint64_t> colliding(size_t count, size_t groups, unsigned tags) {
  std::vector<uint64_t> keys;
  uint64_t key = 0;
  while (keys.size() != count) keys.push_back(key = next_colliding(key + 1, groups, tags));
  return keys;
}

// That it holds just what the model does.
void expect_same(const Map& m, const std::map<uint64_t, uint64_t>& model,
                 const std::vector<uint64_t>& keys) {
  check_index(m);
  ASSERT_EQ(m.size(), model.size());
  for (const uint64_t key : keys) {
    const auto found = model.find(key);
    const uint64_t* const value = m.getp(key);
    ASSERT_EQ(value != nullptr, found != model.end()) << key;
    if (value != nullptr) {
      ASSERT_EQ(*value, found->second);
    }
  }
  size_t visited = 0;
  for$each (entry, m) {
    ++visited;
    ASSERT_EQ(model.at(entry.key), entry.value);
  }
  ASSERT_EQ(visited, model.size());
}

// Around each length at which a group is full, or a table.
TEST(HfCollisions, EachLength) {
  const std::vector<uint64_t> keys = colliding(200, 64, 20);
  for (const bool reserved : {false, true}) {
    TestAllocator memory;
    Map m = Map::create(memory, {.capacity = reserved ? 200u : 0u, .seed = kSeed});
    std::map<uint64_t, uint64_t> model;
    for (const uint64_t key : keys) {
      m.set(key, ~key);
      model[key] = ~key;
      expect_same(m, model, keys);
      if (model.size() % 15 > 1 && model.size() % 15 < 14) continue;
      // One at each place goes and comes again.
      for (const auto& [other, value] : model) {
        ASSERT_TRUE(m.del(other));
        ASSERT_EQ(m.getp(other), nullptr);
        // The newest lies behind all groups that are full; it is not made a second time in the room
        // that there is now.
        if (other != key) m.set(key, ~key);
        ASSERT_EQ(m.size(), model.size() - 1);
        check_index(m);
        m.set(other, value);
      }
      expect_same(m, model, keys);
    }
    EXPECT_TRUE(m.shrink());
    expect_same(m, model, keys);
    for (size_t i = 0; i < keys.size(); ++i) {
      const uint64_t key = keys[i * 77 % keys.size()];
      ASSERT_TRUE(m.del(key));
      model.erase(key);
      if (i % 10 == 0) m.shrink();
      expect_same(m, model, keys);
    }
    m.free();
  }
}

// More than 255 passed through a group: it no longer counts them.
TEST(HfCollisions, CountsThatAreFull) {
  const std::vector<uint64_t> keys = colliding(1200, 128, 255);
  TestAllocator memory;
  Map m = Map::create(memory, {.capacity = 1000, .seed = kSeed});
  std::map<uint64_t, uint64_t> model;
  uint64_t random = 1;
  for (int round = 0; round < 4; ++round) {
    const size_t from = round % 2 == 0 ? 0 : 200;
    for (size_t i = 0; i < 1000; ++i) {
      m.set(keys[i + from], i);
      model[keys[i + from]] = i;
    }
    expect_same(m, model, keys);
    // Most go, in any order.
    for (size_t i = 0; i < 3000; ++i) {
      random = random * 6364136223846793005 + 1442695040888963407;
      const uint64_t key = keys[static_cast<size_t>(random >> 33) % keys.size()];
      ASSERT_EQ(m.del(key), model.erase(key) == 1);
    }
    expect_same(m, model, keys);
  }
  // All go in a loop over them, each while it is at its entry.
  for$each (entry, m) {
    ASSERT_TRUE(m.del(entry.key));
    ASSERT_EQ(model.erase(entry.key), 1u);
  }
  expect_same(m, model, keys);
  for (const uint64_t key : keys) m.set(key, model[key] = 1);
  expect_same(m, model, keys);
  m.clear();
  expect_same(m, {}, keys);
  m.free();
}

// A growth that fails changes nothing, at each of them.
TEST(HfCollisions, GrowthFails) {
  const std::vector<uint64_t> keys = colliding(420, 64, 3);
  TestAllocator memory;
  Map m = Map::create(memory, {.seed = kSeed});
  std::map<uint64_t, uint64_t> model;
  for (const uint64_t key : keys) {
    memory.fail_at(1);
    const bool was_set = m.try_set(key, 1) != nullptr;
    if (was_set) model[key] = 1;
    if (!was_set) expect_same(m, model, keys);
    memory.fail_at(0);
    m.set(key, model[key] = 1);
  }
  memory.fail_at(1);
  EXPECT_FALSE(m.try_reserve(100'000));
  memory.fail_at(0);
  expect_same(m, model, keys);
  m.free();
}

// Many lookups at once, in a table beyond the caches: of keys that collide with others, that are
// there, that are not, and again.
TEST(HfCollisions, ManyLookups) {
  constexpr size_t kMany = 70'000;
  const std::vector<uint64_t> keys = colliding(300, 8192, 255);
  TestAllocator memory;
  Map m = Map::create(memory, {.capacity = kMany, .seed = kSeed});
  for (uint64_t key = 1; m.size() < kMany - keys.size(); ++key) m.set(key << 40, key);
  for (size_t i = 0; i < keys.size(); i += 2) m.set(keys[i], i);
  std::vector<uint64_t> asked;
  for (const uint64_t key : keys) asked.insert(asked.end(), {key, key << 40, key, ~key});
  for (const size_t count : {size_t{0}, size_t{1}, size_t{2}, size_t{63}, size_t{64}, size_t{65},
                             size_t{129}, asked.size()}) {
    std::vector<uint64_t*> values(count + 1, nullptr);
    m.getp_many(asked.data(), count, values.data());
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(values[i], m.getp(asked[i])) << i;
    ASSERT_EQ(values[count], nullptr);
  }
  check_index(m);
  m.free();
}

}  // namespace
}  // namespace cex
