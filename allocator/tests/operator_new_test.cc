// A program whose operator new is mem$, as any allocator of a program may be built on it.
#include <map>
#include <string>

#include <gtest/gtest.h>

namespace {

std::string early = "made before main(), and too long to lie in the object itself";

TEST(OperatorNewTest, Works) {
  std::map<int, std::string> map;
  for (int i = 0; i < 1000; ++i) map[i] = std::to_string(i) + early;
  EXPECT_EQ(map[999], "999" + early);
}

#ifdef CEX_TEST
TEST(OperatorNewTest, IsTheCheckedHeap) {
  void* const p = operator new(100);
  EXPECT_EQ(*static_cast<unsigned char*>(p), 0x7f) << "fresh memory of mem$";
  operator delete(p);
}
#endif

}  // namespace
