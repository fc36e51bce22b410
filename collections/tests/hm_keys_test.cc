// hm$ with keys of every kind it takes.
#include <stdint.h>
#include <string.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cex/allocator.h"
#include "cex/hm.h"
#include "collections/tests/nth.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

template <typename K>
class HmScalarKeys : public testing::Test {};
using Scalars = testing::Types<int, unsigned, int64_t, uint64_t, int16_t, char16_t, long long>;
TYPED_TEST_SUITE(HmScalarKeys, Scalars);

TYPED_TEST(HmScalarKeys, AreFoundByValue) {
  TestAllocator memory;
  hm$(TypeParam, int) m = hm$new(m, memory);
  for (int i = 0; i < 1000; ++i) hm$set(m, static_cast<TypeParam>(i - 500), i);
  EXPECT_EQ(hm$len(m), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(hm$get(m, static_cast<TypeParam>(i - 500), -1), i);
  EXPECT_EQ(hm$getp(m, static_cast<TypeParam>(5000)), nullptr);
  hm$set(m, std::numeric_limits<TypeParam>::min(), 1);
  hm$set(m, std::numeric_limits<TypeParam>::max(), 2);
  EXPECT_EQ(hm$get(m, std::numeric_limits<TypeParam>::min()), 1);
  EXPECT_EQ(hm$get(m, std::numeric_limits<TypeParam>::max()), 2);
  hm$free(m);
}

enum class Color : uint8_t { kRed, kGreen };

TEST(HmKeys, SmallOnes) {
  TestAllocator memory;
  hm$(bool, int) flags = hm$new(flags, memory);
  hm$set(flags, true, 1);
  hm$set(flags, false, 2);
  hm$set(flags, true, 3);
  EXPECT_EQ(hm$len(flags), 2u);
  EXPECT_EQ(hm$get(flags, true), 3);
  hm$free(flags);

  hm$(Color, int) colors = hm$new(colors, memory);
  hm$set(colors, Color::kGreen, 5);
  EXPECT_EQ(hm$get(colors, Color::kGreen), 5);
  EXPECT_EQ(hm$get(colors, Color::kRed), 0);
  hm$free(colors);

  hm$(uint8_t, int) bytes = hm$new(bytes, memory);
  for (int i = 0; i < 256; ++i) hm$set(bytes, static_cast<uint8_t>(i), i);
  EXPECT_EQ(hm$len(bytes), 256u);
  EXPECT_EQ(hm$get(bytes, 255), 255);
  hm$free(bytes);
}

TEST(HmKeys, PointersByAddress) {
  TestAllocator memory;
  int things[100];
  hm$(int*, size_t) m = hm$new(m, memory);
  for (size_t i = 0; i < 100; ++i) hm$set(m, &things[i], i);
  for (size_t i = 0; i < 100; ++i) EXPECT_EQ(hm$get(m, &things[i]), i);
  EXPECT_EQ(hm$gets(m, nullptr), nullptr);
  hm$set(m, nullptr, 7);
  EXPECT_EQ(hm$get(m, nullptr), 7u);
  hm$free(m);
}

// Text by any other name: its pointers are not hashed by where they point to.
template <typename C>
class OtherText : public testing::Test {};
using OtherCharacters = testing::Types<unsigned char, const unsigned char, signed char,
                                       const signed char, char8_t, const char8_t>;
TYPED_TEST_SUITE(OtherText, OtherCharacters);

TYPED_TEST(OtherText, IsCompared) {
  for (const bool copies : {false, true}) {
    TestAllocator memory;
    std::remove_cv_t<TypeParam> text[4][3] = {{0}, {'a', 0}, {'a', 'b', 0}, {'a', 0}};
    hm$(TypeParam*, int) m = hm$new(m, memory, .copy_keys = copies);
    for (int i = 0; i < 4; ++i) hm$set(m, text[i], i);
    EXPECT_EQ(hm$len(m), 3u);
    EXPECT_EQ(hm$get(m, text[1]), 3);
    EXPECT_EQ(nth(m, 1).key == text[1], !copies);
    std::remove_cv_t<TypeParam> other[3] = {'a', 'b', 0};
    EXPECT_EQ(hm$get(m, other), 2);
    other[1] = 'c';
    EXPECT_EQ(hm$getp(m, other), nullptr);
    EXPECT_TRUE(hm$del(m, text[0]));
    hm$sets(m, other, 7);
    EXPECT_EQ(hm$get(m, other), 7);
    hm$free(m);
  }
}

// Arrays that are no text, by all of their bytes.
template <typename K>
class ArrayKeys : public testing::Test {};
using Arrays = testing::Types<uint8_t[16], uint8_t[4], signed char[5], int[3], char8_t[8],
                              uint16_t[2][5], Color[2]>;
TYPED_TEST_SUITE(ArrayKeys, Arrays);

TYPED_TEST(ArrayKeys, AreFoundByTheirBytes) {
  using K = TypeParam;
  TestAllocator memory;
  hm$(K, int) m = hm$new(m, memory);
  const auto fill = [](K* key, int i) {
    const auto last = static_cast<uint16_t>(i);
    memset(key, 0, sizeof(K));
    memcpy(reinterpret_cast<char*>(key) + sizeof(K) - sizeof(last), &last, sizeof(last));
  };
  for (int i = 0; i < 500; ++i) {
    K key;
    fill(&key, i);
    ASSERT_EQ(memcmp(hm$set(m, key, i)->key, key, sizeof(key)), 0);
    hm$sets(m, key, i + 1);
    *hm$setp(m, key) += 1;
  }
  EXPECT_EQ(hm$len(m), 500u);
  for (int i = 0; i < 500; ++i) {
    K key;
    fill(&key, i);
    ASSERT_EQ(hm$get(m, key, -1), i + 2);
    ASSERT_EQ(hm$gets(m, nth(m, static_cast<size_t>(i)).key), &nth(m, i));
  }
  for (int i = 0; i < 500; i += 2) {
    K key;
    fill(&key, i);
    ASSERT_TRUE(hm$del(m, key));
    ASSERT_EQ(hm$getp(m, key), nullptr);
  }
  hm$free(m);
}

struct Digest {
  uint8_t key[32];
  uint32_t size;
};

TEST(HmKeys, ArraysInTheUsersStruct) {
  TestAllocator memory;
  hm$s(Digest) m = hm$new(m, memory);
  const uint8_t a[32] = {1, 2, 0, 3};
  const uint8_t b[32] = {1, 2, 0, 4};
  hm$sets(m, a, 10);
  hm$sets(m, {{1, 2, 0, 4}, 20});
  EXPECT_EQ(hm$gets(m, a)->size, 10u);
  EXPECT_EQ(hm$gets(m, b)->size, 20u);
  EXPECT_EQ(hm$gets(m, {1, 2, 0, 5}), nullptr);
  hm$free(m);
}

template <typename K>
void check_text_map() {
  TestAllocator memory;
  hm$(K, int) m = hm$new(m, memory, .copy_keys = true);
  // Lengths 0 … 150 walk through every branch of the hash.
  std::string key;
  for (int i = 0; i <= 150; ++i) {
    hm$set(m, key.c_str(), i);
    key += static_cast<char>('a' + i % 26);
  }
  EXPECT_EQ(hm$len(m), 151u);
  key.clear();
  for (int i = 0; i <= 150; ++i) {
    EXPECT_EQ(hm$get(m, key.c_str(), -1), i);
    EXPECT_EQ(hm$get(m, (key + "!").c_str(), -1), -1);
    key += static_cast<char>('a' + i % 26);
  }
  EXPECT_TRUE(hm$del(m, ""));
  EXPECT_FALSE(hm$del(m, ""));
  hm$free(m);
}

TEST(HmKeys, CStringsByContent) { check_text_map<const char*>(); }
TEST(HmKeys, MutableCStringsByContent) { check_text_map<char*>(); }
TEST(HmKeys, StringViewsByContent) { check_text_map<std::string_view>(); }

TEST(HmKeys, StringViewsMayHoldNuls) {
  TestAllocator memory;
  using std::string_view_literals::operator""sv;
  hm$(std::string_view, int) m = hm$new(m, memory);
  hm$set(m, "a\0b"sv, 1);
  hm$set(m, "a\0c"sv, 2);
  hm$set(m, std::string_view(), 3);
  EXPECT_EQ(hm$get(m, "a\0b"sv), 1);
  EXPECT_EQ(hm$get(m, "a"), 0);
  EXPECT_EQ(hm$get(m, ""), 3);
  hm$free(m);
}

TEST(HmKeys, BorrowedTextIsNotCopied) {
  TestAllocator memory;
  hm$(const char*, int) m = hm$new(m, memory);
  const char first[] = "key";
  const char second[] = "key";
  hm$set(m, first, 1);
  hm$set(m, second, 2);
  EXPECT_EQ(nth(m, 0).key, first);  // the first one stays
  EXPECT_EQ(hm$get(m, "key"), 2);
  hm$free(m);
}

struct Person {
  char key[8];
  int age;
  float height;
};

TEST(HmKeys, CharArraysUpToTheirNul) {
  TestAllocator memory;
  hm$s(Person) m = hm$new(m, memory);
  hm$sets(m, {"ann", 41, 1.5f});
  hm$sets(m, "bob", 42, 2);
  hm$sets(m, {.key = "eve", .age = 43, .height = 0});
  Person full = {{'1', '2', '3', '4', '5', '6', '7', '8'}, 44, 0};
  hm$sets(m, full);
  Person dirty = {{'a', 'n', 'n', '\0', 'x', 'y', 'z', 'w'}, 50, 0};
  hm$sets(m, dirty);
  EXPECT_EQ(hm$len(m), 4u);
  EXPECT_EQ(hm$gets(m, "ann")->age, 50);
  EXPECT_EQ(hm$gets(m, "bob")->height, 2.0f);
  EXPECT_EQ(hm$gets(m, "12345678")->age, 44);
  EXPECT_EQ(hm$gets(m, "1234567"), nullptr);
  for (Person& entry : m) EXPECT_EQ(hm$gets(m, entry.key), &entry);
  // What is stored can be set again, and fills its field as an entry of its own does.
  EXPECT_EQ(hm$sets(m, "12345678", 45, 1)->age, 45);
  hm$sets(m, "abcdefgh", 46, 1);
  EXPECT_EQ(hm$gets(m, "abcdefgh")->age, 46);
  EXPECT_TRUE(hm$del(m, "abcdefgh"));
  EXPECT_TRUE(hm$del(m, "bob"));
  hm$free(m);

  hm$(char[16], int) n = hm$new(n, memory);
  for (int i = 0; i < 100; ++i) hm$set(n, "name" + std::to_string(i), i);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(hm$get(n, "name" + std::to_string(i)), i);
  // By any kind of text.
  const std::string text = "name7";
  EXPECT_EQ(hm$get(n, text.c_str()), 7);
  EXPECT_EQ(hm$get(n, std::string_view(text)), 7);
  EXPECT_EQ(hm$get(n, std::vector<char>(text.begin(), text.end())), 7);
  EXPECT_EQ(hm$get(n, std::string_view(), -1), -1);
  hm$sets(n, {{'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'}, 1});
  hm$set(n, "0123456789abcdef", 2);
  *hm$setp(n, hm$gets(n, "0123456789abcdef")->key) += 1;
  EXPECT_EQ(hm$try_set(n, "0123456789abcdef", hm$get(n, "0123456789abcdef") + 1)->value, 4);
  hm$set(n, "", 5);
  EXPECT_EQ(hm$get(n, std::string_view()), 5);
  hm$free(n);
}

struct Cell {
  int x, y;
};
struct Wide {
  uint64_t parts[5];
};

TEST(HmKeys, StructsByTheirBytes) {
  TestAllocator memory;
  hm$(Cell, int) m = hm$new(m, memory);
  for (int i = 0; i < 40; ++i) {
    for (int j = 0; j < 40; ++j) hm$set(m, {i, j}, i * 100 + j);
  }
  EXPECT_EQ(hm$len(m), 1600u);
  EXPECT_EQ(hm$get(m, (Cell{3, 39})), 339);
  EXPECT_EQ(hm$get(m, (Cell{40, 0}), -1), -1);
  hm$free(m);

  hm$(Wide, int) w = hm$new(w, memory);
  hm$set(w, {{1, 2, 3, 4, 5}}, 1);
  hm$set(w, {{1, 2, 3, 4, 6}}, 2);
  EXPECT_EQ(hm$get(w, (Wide{{1, 2, 3, 4, 6}})), 2);
  EXPECT_EQ(hm$get(w, (Wide{{1, 2, 3, 4, 7}})), 0);
  hm$free(w);
}

// Compares without regard to case: not by its bytes, though it could be.
struct Initials {
  char letters[2];

  bool operator==(const Initials& o) const {
    return (letters[0] | 32) == (o.letters[0] | 32) && (letters[1] | 32) == (o.letters[1] | 32);
  }
  template <typename H>
  friend H AbslHashValue(H h, const Initials& i) {
    const char low[] = {static_cast<char>(i.letters[0] | 32), static_cast<char>(i.letters[1] | 32)};
    return H::combine_contiguous(std::move(h), low, 2);
  }
};

TEST(HmKeys, StructsThatHashThemselves) {
  TestAllocator memory;
  hm$(Initials, int) m = hm$new(m, memory);
  hm$set(m, {{'A', 'b'}}, 1);
  hm$set(m, {{'a', 'B'}}, 2);
  EXPECT_EQ(hm$len(m), 1u);
  EXPECT_EQ(nth(m, 0).key.letters[0], 'A');  // the first key is kept
  EXPECT_EQ(hm$get(m, (Initials{{'a', 'b'}})), 2);
  hm$free(m);
}

struct Spot {
  char kind;
  double x;
  bool operator==(const Spot& o) const { return kind == o.kind && x == o.x; }
  template <typename H>
  friend H AbslHashValue(H h, const Spot& s) {
    return H::combine(std::move(h), s.kind, s.x);
  }
};

TEST(HmKeys, PaddedStructsThatHashThemselves) {
  TestAllocator memory;
  hm$(Spot, int) m = hm$new(m, memory);
  for (int i = 0; i < 100; ++i) {
    Spot spot;
    memset(&spot, i, sizeof(spot));  // the padding differs each time
    spot.kind = static_cast<char>(i % 10);
    spot.x = i % 10 == 0 ? (i % 20 == 0 ? 0.0 : -0.0) : i % 10;
    hm$set(m, spot, i);
  }
  EXPECT_EQ(hm$len(m), 10u);
  EXPECT_EQ(hm$get(m, (Spot{3, 3})), 93);
  EXPECT_EQ(hm$get(m, (Spot{0, -0.0})), 90);
  hm$free(m);
}

// No key that may be made of nothing, as a number of its own type.
struct Id {
  int64_t number;
  explicit Id(int64_t n) : number(n) {}
};
struct IdEntry {
  int before = 3;
  Id key;
  int value = 7;
};

TEST(HmKeys, WithoutADefaultConstructor) {
  TestAllocator memory;
  hm$(Id, int) m = hm$new(m, memory);
  for (int i = 0; i < 100; ++i) hm$set(m, Id(i), i);
  hm$set(m, hm$gets(m, Id(7))->key, 70);
  *hm$setp(m, Id(-1)) += 1;
  EXPECT_EQ(*hm$try_setp(m, Id(-2)), 0);
  EXPECT_EQ(hm$get(m, Id(7)) + hm$get(m, Id(-1)), 71);
  EXPECT_TRUE(hm$del(m, Id(7)));
  EXPECT_EQ(hm$len(m), 101u);
  hm$free(m);

  hm$s(IdEntry) entries = hm$new(entries, memory);
  EXPECT_EQ(hm$set(entries, Id(1), 5)->before, 3);
  EXPECT_EQ(*hm$setp(entries, Id(2)), 7);
  EXPECT_EQ(hm$gets(entries, Id(2))->key.number, 2);
  hm$free(entries);
}

TEST(HmKeys, NewEvaluatesTheHandleOnce) {
  TestAllocator memory;
  hm$(int, int) maps[4];
  auto* next = maps;
  hm$new(*next++, memory);
  hm$try_new(*next++, memory);
  EXPECT_EQ(next, maps + 2);
  EXPECT_TRUE(maps[0] && maps[1] && !maps[2] && !maps[3]);
  for (auto& m : maps) hm$free(m);
}

// An entry whose key is declared const.
template <typename K>
struct Fixed {
  const K key;
  int value;
};

TEST(HmKeys, DeclaredConst) {
  TestAllocator memory;
  const auto check = [&memory]<typename K>(const auto& one, const auto& other) {
    hm$s(Fixed<K>) m = hm$new(m, memory);
    hm$set(m, one, 1);
    *hm$setp(m, other) = 2;
    hm$set(m, one, 3);
    EXPECT_EQ(hm$len(m), 2u);
    EXPECT_EQ(hm$get(m, one), 3);
    EXPECT_EQ(hm$get(m, other), 2);
    hm$free(m);
  };
  check.operator()<int>(1, 2);
  check.operator()<const char*>("one", "other");
  check.operator()<char[8]>("one", "other");
  const uint8_t bytes[][2] = {{1, 2}, {1, 3}};
  check.operator()<uint8_t[2]>(bytes[0], bytes[1]);
}

struct NoAddress {
  int n;
  NoAddress* operator&() const = delete;
};
struct NoAddressEntry {
  int key;
  NoAddress value;
  NoAddressEntry* operator&() const = delete;
};

TEST(HmValues, WhoseAddressOperatorIsDeleted) {
  TestAllocator memory;
  hm$s(NoAddressEntry) m = hm$new(m, memory);
  hm$set(m, 1, NoAddress{2});
  hm$setp(m, 3)->n = 4;
  hm$try_setp(m, 5)->n = 6;
  EXPECT_EQ(hm$getp(m, 1)->n + hm$getp(m, 3)->n + hm$getp(m, 5)->n, 12);
  const int key = 3;
  NoAddress* value = nullptr;
  hm$getp_many(m, &key, 1, &value);
  EXPECT_EQ(value->n, 4);
  EXPECT_GT(m.begin()->key, 0);
  hm$free(m);
}

}  // namespace
}  // namespace cex
