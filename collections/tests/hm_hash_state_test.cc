// cex::HmHashState: what a key's AbslHashValue may combine.
#include "cex/hash_state.h"

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace cex {
namespace {

// A type of many parts.
struct Place {
  char kind;
  double x;
  const char* name;
  std::pair<int, short> extra;

  template <typename H>
  friend H AbslHashValue(H h, const Place& p) {
    return H::combine(std::move(h), p.kind, p.x, std::string_view(p.name), p.extra);
  }
};

TEST(HmHashState, HashesPartsOfEveryKind) {
  const detail::HmSeed seed = detail::hm_seed_from(1);
  const auto hash = [&](const auto&... parts) {
    return HmHashState::combine(HmHashState(seed), parts...).finish();
  };
  const Place place = {'a', 1.5, "here", {1, 2}};
  EXPECT_EQ(hash(place), hash(Place(place)));
  EXPECT_NE(hash(1, 2), hash(2, 1));
  EXPECT_NE(hash(std::string("ab"), std::string("c")), hash(std::string("a"), std::string("bc")));
  EXPECT_EQ(hash(0.0f), hash(-0.0));
  EXPECT_NE(hash(std::optional<int>()), hash(std::optional<int>(0)));
  EXPECT_NE(hash(std::vector<int>{1, 2}), hash(std::vector<int>{2, 1}));
  EXPECT_EQ(hash(std::tuple(1, true)), hash(std::tuple(1, true)));
  const int forth[] = {1, 2, 3};
  const int back[] = {3, 2, 1};
  const auto unordered = [&](const int* p) {
    return HmHashState::combine_unordered(HmHashState(seed), p, p + 3).finish();
  };
  EXPECT_EQ(unordered(forth), unordered(back));
}

// Text that says itself what is equal.
struct AnyCase {
  std::string text;
  const char* data() const { return text.data(); }
  size_t size() const { return text.size(); }
  template <typename H>
  friend H AbslHashValue(H h, const AnyCase& a) {
    return H::combine(std::move(h), a.size());
  }
};

TEST(HmHashState, HashesTextByItsCharacters) {
  const detail::HmSeed seed = detail::hm_seed_from(1);
  const auto hash = [&](const auto& part) {
    return HmHashState::combine(HmHashState(seed), part).finish();
  };
  const std::string text = "text";
  const uint64_t expected = hash(text);
  EXPECT_EQ(hash(std::string_view(text)), expected);
  EXPECT_EQ(hash(text.c_str()), expected);
  EXPECT_EQ(hash("text"), expected);
  char array[20] = "text";
  EXPECT_EQ(hash(array), expected);
  EXPECT_EQ(hash(std::vector<char>(text.begin(), text.end())), expected);
  EXPECT_EQ(hash(AnyCase{"text"}), hash(AnyCase{"TEXT"}));
  EXPECT_NE(hash("text"), hash("TEXT"));
}

// Equal to others of the same letter.
struct Letter {
  char c;
  template <typename H>
  friend H AbslHashValue(H h, const Letter& l) {
    return H::combine(std::move(h), l.c | 0x20);
  }
};

TEST(HmHashState, HashesEachOfSeveralElementsAsOneAlone) {
  const detail::HmSeed seed = detail::hm_seed_from(1);
  const auto hash = [&](auto first, decltype(first) second) {
    const decltype(first) parts[] = {first, second};
    return HmHashState::combine_contiguous(HmHashState(seed), parts, 2).finish();
  };
  const std::string text = "text";
  const std::string same = text;
  EXPECT_EQ(hash(std::string_view(text), text), hash(std::string_view(same), same));
  EXPECT_EQ(hash(text.c_str(), "a"), hash(same.c_str(), "a"));
  EXPECT_EQ(hash(Letter{'a'}, {'B'}), hash(Letter{'A'}, {'b'}));
  EXPECT_NE(hash(1, 2), hash(2, 1));
}

TEST(HmHashState, HashesTextThatFillsItsArrayOrIsNull) {
  const detail::HmSeed seed = detail::hm_seed_from(1);
  const auto hash = [&](const auto& part) {
    return HmHashState::combine(HmHashState(seed), part).finish();
  };
  struct {
    char code[4];
    char note[4];
  } full = {{'f', 'u', 'l', 'l'}, "er"};
  EXPECT_EQ(hash(full.code), hash("full"));
  EXPECT_EQ(hash(static_cast<const char*>(nullptr)), hash(""));
}

// An iterator that means something else by a comma.
struct WithComma {
  const int* p;
  int operator*() const { return *p; }
  WithComma& operator++() { return ++p, *this; }
  bool operator!=(const WithComma& other) const { return p != other.p; }
  template <typename T>
  void operator,(const T&) const = delete;
};

TEST(HmHashState, IteratorsWithACommaOfTheirOwn) {
  const detail::HmSeed seed = detail::hm_seed_from(1);
  const int numbers[] = {1, 2, 3};
  const auto hash = [&](auto first, auto last) {
    return HmHashState::combine_unordered(HmHashState(seed), first, last).finish();
  };
  EXPECT_EQ(hash(WithComma{numbers}, WithComma{numbers + 3}), hash(numbers, numbers + 3));
}

}  // namespace
}  // namespace cex
