// The formatter of reports, beside the C library's.
#include <limits.h>
#include <stdint.h>
#include <stdio.h>

#include <string>

#include <gtest/gtest.h>

#include "cex/sanitizer/internal/format.h"
#include "cex/sanitizer/internal/text.h"

namespace {

template <typename... Ts>
void expect_same(const char* text, Ts... values) {
  for (size_t room = 1; room < 100; ++room) {
    char expected[100];
    char given[101];
    given[room] = '!';
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
    snprintf(expected, room, text, values...);
    const size_t size = cex::detail::format(given, room, text, values...);
#pragma GCC diagnostic pop
    ASSERT_STREQ(given, expected) << text << " in " << room;
    ASSERT_EQ(size, std::string(expected).size());
    ASSERT_EQ(given[room], '!') << "beyond its room";
  }
}

TEST(FormatTest, IsWhatTheCLibraryWrites) {
  expect_same("plain text, and 100%%");
  expect_same("%s|%s|%10s|%.3s|%.*s|%6.2s", "one", "", "right", "abcdef", 2, "xyz", "abc");
  expect_same("%c%c", 'a', 'b');
  expect_same("%d %d %d %i %5d %05d %d", 0, INT_MAX, INT_MIN, 7, -42, -42, -1);
  expect_same("%u %u %x %02x %08x", 0u, UINT_MAX, 0xbeefu, 7u, 0xabcu);
  expect_same("%hd %hu %hhx %hhd", 0x12345, 0x12345, 0x1234, 0x1ff);
  expect_same("%ld %lu %lx", LONG_MIN, ULONG_MAX, 255ul);
  expect_same("%lld %llu %llx", LLONG_MIN, ULLONG_MAX, ULLONG_MAX);
  expect_same("%zu %zx %td", SIZE_MAX, SIZE_MAX, static_cast<ptrdiff_t>(-3));
  int here = 0;
  expect_same("%p %p", static_cast<void*>(&here), reinterpret_cast<void*>(16));
}

TEST(FormatTest, NullPointers) {
  char text[40];
  const char* volatile none = nullptr;
  cex::detail::format(text, sizeof(text), "%p %s", static_cast<void*>(nullptr), none);
  EXPECT_STREQ(text, "(nil) (null)");
}

TEST(FormatTest, WhatItDoesNotKnowStaysAsItIs) {
  char text[40];
  cex::detail::format(text, sizeof(text), "%d of %g and %d", 1, 2.5, 3);
  EXPECT_STREQ(text, "1 of %g and %d");
}

TEST(FormatTest, NoRoom) {
  char text[2] = "x";
  EXPECT_EQ(cex::detail::format(text, 0, "%d", 12), 0u);
  EXPECT_STREQ(text, "x");
}

// Pieces that have no room are cut.
TEST(TextTest, IsCutAtItsEnd) {
  struct {
    cex::detail::Text text;
    char behind[8] = "behind";
  } both;
  const std::string piece(400, 'x');
  for (int i = 0; i < 10; ++i) both.text.add("%s", piece.c_str());
  EXPECT_EQ(std::string(both.text.text), std::string(sizeof(both.text.text) - 1, 'x'));
  EXPECT_STREQ(both.behind, "behind");
}

}  // namespace
