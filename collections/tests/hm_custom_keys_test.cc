// Keys of enums and views that say themselves what is equal.
#include <string.h>

#include <string_view>
#include <utility>

#include "cex/hm.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// An enum and a view that say themselves what is equal: letters, in either case.
constexpr char small_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
enum class Letter : char {};
bool operator==(Letter a, Letter b) {
  return small_letter(static_cast<char>(a)) == small_letter(static_cast<char>(b));
}
template <typename H>
H AbslHashValue(H h, Letter letter) {
  return H::combine(std::move(h), small_letter(static_cast<char>(letter)));
}
// The same without saying how it is hashed: it is a number.
enum class Mark : char {};
[[maybe_unused]] bool operator==(Mark a, Mark b) {
  return small_letter(static_cast<char>(a)) == small_letter(static_cast<char>(b));
}
// As a part of a key.
struct LetterPair {
  Letter first, second;
  bool operator==(const LetterPair&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const LetterPair& i) {
    return H::combine(H::combine_contiguous(std::move(h), &i.first, 1), i.second);
  }
};
struct Nickname : std::string_view {
  using std::string_view::string_view;
  int id = 0;  // is kept, too
  friend bool operator==(const Nickname& a, const Nickname& b) {
    return small_letter(a[0]) == small_letter(b[0]);
  }
  template <typename H>
  friend H AbslHashValue(H h, const Nickname& name) {
    return H::combine(std::move(h), small_letter(name[0]));
  }
};

// Of 26 keys, and the same 26 in small letters.
template <typename K, typename Make>
void test_of_either_case(Make make) {
  TestAllocator memory;
  hm$(K, int) m = hm$new(m, memory);
  for (char c = 'A'; c <= 'Z'; ++c) {
    hm$set(m, make(c), c);
    for (char d = 'A'; d <= c; ++d) ASSERT_EQ(hm$get(m, make(small_letter(d))), d) << c;
  }
  for (char c = 'A'; c <= 'Z'; ++c) hm$set(m, make(small_letter(c)), 0);
  EXPECT_EQ(hm$len(m), 26u);
  hm$free(m);
}

TEST(HmCustomKeys, EnumsAndViewsThatSayWhatIsEqual) {
  test_of_either_case<Letter>([](char c) { return Letter{c}; });
  test_of_either_case<LetterPair>([](char c) { return LetterPair{Letter{c}, Letter{'x'}}; });
  static constexpr char kAll[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const auto name_of = [](char c) { return Nickname(strchr(kAll, c), 1); };
  test_of_either_case<Nickname>(name_of);

  TestAllocator memory;
  hm$(Nickname, int) ids = hm$new(ids, memory);
  Nickname ann("ann");
  ann.id = 7;
  hm$set(ids, ann, 1);
  EXPECT_EQ(hm$gets(ids, Nickname("ANN"))->key.id, 7);
  hm$free(ids);
}

TEST(HmCustomKeys, AnEnumThatSaysOnlyWhatIsEqualIsANumber) {
  TestAllocator memory;
  hm$(Mark, int) m = hm$new(m, memory);
  for (char c = 'A'; c <= 'Z'; ++c) {
    hm$set(m, Mark{c}, c);
    EXPECT_EQ(hm$getp(m, Mark{small_letter(c)}), nullptr);
    EXPECT_EQ(hm$get(m, Mark{'A'}), 'A');
  }
  EXPECT_EQ(hm$len(m), 26u);
  hm$free(m);
}

}  // namespace
}  // namespace cex
