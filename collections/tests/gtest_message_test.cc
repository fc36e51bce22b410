// What GoogleTest says of arr$ and hm$ when nothing but their own headers is included:
// it finds begin() and end() by itself. cex/print.h makes it nicer (print_test.cc).
#include "cex/allocator.h"
#include "cex/arr.h"
#include "cex/hm.h"
#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::PrintToString;

TEST(GtestMessage, ShowsElements) {
  arr$(int) a = arr$new(a, mem$);
  arr$pushm(a, 3, 1, 2);
  EXPECT_EQ(PrintToString(a), "{ 3, 1, 2 }");
  for (int i = 0; i < 100; ++i) arr$push(a, i);
  // Of 103 elements, the first 32.
  EXPECT_THAT(PrintToString(a), EndsWith(" 27, 28, ... }"));
  arr$free(a);
  EXPECT_EQ(PrintToString(a), "{}");
}

TEST(GtestMessage, ShowsTextsAndNestedArrays) {
  arr$(const char*) names = arr$new(names, mem$);
  arr$push(names, "ann");
  EXPECT_THAT(PrintToString(names), EndsWith(" pointing to \"ann\" }"));
  arr$free(names);

  arr$(int) inner = arr$new(inner, mem$);
  arr$push(inner, 1);
  arr$(arr$(int)) outer = arr$new(outer, mem$);
  arr$push(outer, inner);
  EXPECT_EQ(PrintToString(outer), "{ { 1 } }");
  arr$free(outer);
  arr$free(inner);
}

TEST(GtestMessage, ShowsEntriesAsBytes) {
  hm$(int, int) m = hm$new(m, mem$);
  // The same from either end.
  hm$set(m, 0x01000001, 0x02000002);
  EXPECT_EQ(PrintToString(m), "{ 8-byte object <01-00 00-01 02-00 00-02> }");
  hm$free(m);
}

// The message of a failed EXPECT_THAT names the elements, and the test fails.
void expect_one_two(const arr$(int) & a) { EXPECT_THAT(a, ElementsAre(1, 2)); }

arr$(int) failing;  // EXPECT_NONFATAL_FAILURE's statement sees no locals

TEST(GtestMessage, OfElementsAre) {
  arr$new(failing, mem$);
  arr$pushm(failing, 1, 3);
  EXPECT_NONFATAL_FAILURE(expect_one_two(failing), "Actual: { 1, 3 }");
  failing[1] = 2;
  expect_one_two(failing);
  arr$free(failing);
}

}  // namespace
}  // namespace cex
