// Text of arr$ and hm$.
#include "cex/print.h"

#include <stdint.h>

#include <iomanip>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "cex/allocator.h"
#include "cex/tempmem.h"
#include "collections/tests/test_allocator.h"
#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

#if __has_include("absl/strings/has_absl_stringify.h")
#include "absl/strings/has_absl_stringify.h"
#endif

namespace cex {
namespace {

struct Plain {
  int x;
  int y;
  int z;
};

struct Point {
  int x;
  int y;

  template <typename Sink>
  friend void AbslStringify(Sink& sink, const Point& p) {
    sink.Append("(");
    sink.Append(std::to_string(p.x));
    sink.Append(1, ' ');
    sink.Append(std::to_string(p.y));
    sink.Append(")");
  }
};

struct Country {
  const char* key;
  int people;
};

struct City {
  int key;
  int value;

  template <typename Sink>
  friend void AbslStringify(Sink& sink, const City& c) {
    sink.Append("city ");
    sink.Append(std::to_string(c.key));
  }
};

enum class Color : uint8_t { kRed = 7 };

// An array of `values` in text.
template <typename T>
std::string text_of(std::initializer_list<T> values) {
  TestAllocator memory;
  arr$(T) a = arr$new(a, memory);
  for (const T& value : values) arr$push(a, value);
  std::string text = to_string(a);
  arr$free(a);
  return text;
}

TEST(Print, Numbers) {
  EXPECT_EQ(text_of<int>({3, -1, 2}), "[3, -1, 2]");
  EXPECT_EQ(text_of<int>({}), "[]");
  EXPECT_EQ(text_of<uint64_t>({UINT64_MAX}), "[18446744073709551615]");
  EXPECT_EQ(text_of<int64_t>({INT64_MIN}), "[-9223372036854775808]");
  EXPECT_EQ(text_of<uint8_t>({0, 65, 255}), "[0, 65, 255]");
  EXPECT_EQ(text_of<int8_t>({-128}), "[-128]");
  EXPECT_EQ(text_of<bool>({true, false}), "[true, false]");
  EXPECT_EQ(text_of<double>({0.1, 1e100, -2}), "[0.1, 1e+100, -2]");
  EXPECT_EQ(text_of<float>({0.1F}), "[0.1]");
  EXPECT_EQ(text_of<char16_t>({u'a'}), "[97]");
  EXPECT_EQ(text_of<Color>({Color::kRed}), "[7]");
}

// A floating point number only with -std=gnu++20.
#ifdef __SIZEOF_FLOAT128__
TEST(Print, NumbersThatHaveNoText) {
  EXPECT_THAT(text_of<__float128>({1}), testing::AnyOf("[<16 bytes>]", "[1]"));
}
#endif

TEST(Print, Texts) {
  EXPECT_EQ(text_of<const char*>({"ann", "", nullptr}), "[\"ann\", \"\", null]");
  EXPECT_EQ(text_of<std::string_view>({"a\"b\\c", "d\ne\tf\x01\x7f"}),
            "[\"a\\\"b\\\\c\", \"d\\ne\\tf\\x01\\x7f\"]");
  EXPECT_EQ(text_of<std::string_view>({"żółw"}), "[\"żółw\"]");
  EXPECT_EQ(text_of<char>({'a', '"', '\0', 'b'}), "\"a\\\"\\x00b\"");
}

TEST(Print, Pointers) {
  int* const p = reinterpret_cast<int*>(0x1234);
  EXPECT_EQ(text_of<int*>({p, nullptr}), "[0x1234, null]");
  using Function = void (*)();
  EXPECT_EQ(text_of<Function>({nullptr, [] {}}), "[null, <function>]");
}

TEST(Print, Structs) {
  EXPECT_EQ(text_of<Plain>({{1, 2, 3}}), "[<12 bytes>]");
  EXPECT_EQ(text_of<Point>({{1, 2}, {3, 4}}), "[(1 2), (3 4)]");
}

TEST(Print, NullHandles) {
  EXPECT_EQ(to_string(arr$(int)()), "null");
  EXPECT_EQ(to_string(arr$(char)()), "null");
  EXPECT_EQ(to_string(hm$(int, int)()), "null");
}

TEST(Print, Maps) {
  TestAllocator memory;
  hm$(const char*, int) ages = hm$new(ages, memory);
  EXPECT_EQ(to_string(ages), "{}");
  hm$set(ages, "ann", 41);
  hm$set(ages, "bob", 1);
  EXPECT_EQ(to_string(ages), "{\"ann\": 41, \"bob\": 1}");
  hm$free(ages);

  using Name = char[8];
  struct Named {
    Name key;
    Point value;
  };
  hm$s(Named) named = hm$new(named, memory);
  hm$set(named, "here", {1, 2});
  EXPECT_EQ(to_string(named), "{\"here\": (1 2)}");
  hm$free(named);

  hm$s(Country) countries = hm$new(countries, memory);
  hm$sets(countries, "be", 11);
  EXPECT_EQ(to_string(countries), "{\"be\"}");
  hm$free(countries);

  hm$s(City) cities = hm$new(cities, memory);
  hm$sets(cities, 5, 6);
  EXPECT_EQ(to_string(cities), "{city 5}");
  hm$free(cities);
}

// Whatever characters a map's text keys are of.
TEST(Print, TextKeys) {
  const unsigned char text[] = "one";
  hm$(const unsigned char*, int) m = hm$new(m, mem$);
  hm$set(m, text, 1);
  EXPECT_EQ(to_string(m), "{\"one\": 1}");
  hm$free(m);
  hf$(const char8_t*, int) f = hf$new(f, mem$, .copy_keys = true);
  hf$set(f, u8"t\n", 2);
  EXPECT_EQ(to_string(f), "{\"t\\n\": 2}");
  hf$free(f);
}

TEST(Print, Nested) {
  TestAllocator memory;
  arr$(int) inner = arr$new(inner, memory);
  arr$pushm(inner, 1, 2);
  hm$(int, arr$(int)) m = hm$new(m, memory);
  hm$set(m, 7, inner);
  hm$set(m, 8, nullptr);
  EXPECT_EQ(to_string(m), "{7: [1, 2], 8: null}");
  arr$(hm$(int, arr$(int))) outer = arr$new(outer, memory);
  arr$push(outer, m);
  EXPECT_EQ(to_string(outer), "[{7: [1, 2], 8: null}]");
  arr$free(outer);
  hm$free(m);
  arr$free(inner);
}

// Maps and structs in which there are more of them.
template <int kDepth>
struct Levels {
  using Map = hm$(int, typename Levels<kDepth - 1>::Map);
  static Map get(IAllocator a) {
    Map m = hm$new(m, a);
    hm$set(m, kDepth, Levels<kDepth - 1>::get(a));
    return m;
  }
};
template <>
struct Levels<0> {
  using Map = int;
  static int get(IAllocator) { return 7; }
};
struct Place {
  int key;
  hm$s(Place) value;
};
struct Tree {
  arr$(Tree) parts;
  template <typename Sink>
  friend void AbslStringify(Sink& sink, const Tree& t) {
    sink.Append("tree ");
    AbslStringify(sink, t.parts);
  }
};

TEST(Print, MapsInMapsAndTrees) {
  mem$scope(tmem$, _) {
    EXPECT_EQ(to_string(Levels<8>::get(_)), "{8: {7: {6: {5: {4: {3: {2: {1: 7}}}}}}}}");
    EXPECT_EQ(to_string(Levels<10>::get(_)), "{10: {9: {8: {7: {6: {5: {4: {3: {…}}}}}}}}}");
    hm$s(Place) places = hm$new(places, _);
    hm$s(Place) inside = hm$new(inside, _);
    hm$sets(inside, 2, nullptr);
    hm$sets(places, 1, inside);
    EXPECT_EQ(to_string(places), "{1: {2: null}}");
    arr$(Tree) parts = arr$new(parts, _);
    arr$push(parts, {nullptr});
    arr$(Tree) trees = arr$new(trees, _);
    arr$push(trees, {parts});
    EXPECT_EQ(to_string(trees), "[tree [tree null]]");
  }
}

TEST(Print, Bounds) {
  TestAllocator memory;
  arr$(int) many = arr$new(many, memory);
  for (int i = 0; i < 32; ++i) arr$push(many, i);
  EXPECT_EQ(to_string(many).substr(to_string(many).size() - 7), "30, 31]");
  arr$push(many, 32);
  const std::string text = to_string(many);
  EXPECT_EQ(text.substr(text.size() - 12), "30, 31, …]");  // … has three bytes
  arr$free(many);

  // A text of 1000 bytes is printed in full, of 1001 not; no character is cut in two.
  const std::string just(1000, 'x');
  EXPECT_EQ(text_of<std::string_view>({just}), "[\"" + just + "\"]");
  const std::string more = just + "y";
  EXPECT_EQ(text_of<std::string_view>({more}), "[\"" + just + "\"…]");
  EXPECT_EQ(text_of<const char*>({more.c_str()}), "[\"" + just + "\"…]");
  const std::string wide = std::string(999, 'x') + "żz";
  EXPECT_EQ(text_of<std::string_view>({wide}), "[\"" + std::string(999, 'x') + "\"…]");

  // Ten levels are more than are shown.
  using A1 = arr$(arr$(int));
  using A3 = arr$(arr$(A1));
  using A5 = arr$(arr$(A3));
  using A7 = arr$(arr$(A5));
  using A9 = arr$(A7);
  A9 a9 = arr$new(a9, memory);
  A7 a7 = arr$new(a7, memory);
  arr$(A5) a6 = arr$new(a6, memory);
  A5 a5 = arr$new(a5, memory);
  arr$(A3) a4 = arr$new(a4, memory);
  A3 a3 = arr$new(a3, memory);
  arr$(A1) a2 = arr$new(a2, memory);
  A1 a1 = arr$new(a1, memory);
  arr$(int) a0 = arr$new(a0, memory);
  arr$push(a0, 1);
  arr$push(a1, a0);
  arr$push(a2, a1);
  arr$push(a3, a2);
  arr$push(a4, a3);
  arr$push(a5, a4);
  arr$push(a6, a5);
  arr$push(a7, a6);
  arr$push(a9, a7);
  EXPECT_EQ(to_string(a9), "[[[[[[[[[…]]]]]]]]]");
  EXPECT_EQ(to_string(a7), "[[[[[[[[1]]]]]]]]");
  arr$free(a9);
  arr$free(a7);
  arr$free(a6);
  arr$free(a5);
  arr$free(a4);
  arr$free(a3);
  arr$free(a2);
  arr$free(a1);
  arr$free(a0);
}

// Sinks of both kinds: as Abseil's, and as a plain string's with two arguments only.
struct AbslLike {
  std::string text;
  void Append(std::string_view s) { text += s; }
  void Append(size_t n, char c) { text.append(n, c); }
};
struct CLike {
  std::string text;
  void append(const char* p, size_t n) { text.append(p, n); }
};

TEST(Print, EverySinkStreamAndLibrary) {
  TestAllocator memory;
  arr$(Point) a = arr$new(a, memory);
  arr$push(a, 1, 2);
  hm$(int, Point) m = hm$new(m, memory);
  hm$set(m, 5, {3, 4});

  AbslLike absl_like;
  AbslStringify(absl_like, a);
  AbslStringify(absl_like, m);
  EXPECT_EQ(absl_like.text, "[(1 2)]{5: (3 4)}");
  CLike c_like;
  AbslStringify(c_like, a);
  EXPECT_EQ(c_like.text, "[(1 2)]");

  std::ostringstream stream;
  stream << a << ' ' << m << " end";
  EXPECT_EQ(stream.str(), "[(1 2)] {5: (3 4)} end");
  stream.str("");
  stream << std::setfill('.') << std::setw(9) << a << ' ' << std::left << std::setw(11) << m << '|';
  EXPECT_EQ(stream.str(), "..[(1 2)] {5: (3 4)}.|");
  EXPECT_EQ(testing::PrintToString(a), "[(1 2)]");
  EXPECT_EQ(testing::PrintToString(m), "{5: (3 4)}");
#if __has_include("absl/strings/has_absl_stringify.h")
  EXPECT_EQ(absl::StrCat(a, "", m), "[(1 2)]{5: (3 4)}");
#endif
#ifdef __cpp_lib_format
  EXPECT_EQ(std::format("{} {:>12}", a, m), "[(1 2)]   {5: (3 4)}");
#endif
  hm$free(m);
  arr$free(a);
}

arr$(int) failing;

void expect_null() { EXPECT_EQ(failing, nullptr); }
void expect_one_two() { EXPECT_THAT(failing, testing::ElementsAre(1, 2)); }

TEST(Print, FailureMessages) {
  arr$new(failing, mem$);
  arr$pushm(failing, 1, 3);
  EXPECT_NONFATAL_FAILURE(expect_null(), "Which is: [1, 3]");
  EXPECT_NONFATAL_FAILURE(expect_one_two(), "Actual: [1, 3]");
  arr$free(failing);
  expect_null();
}

}  // namespace
}  // namespace cex
