// A program whose operator new is mem$, as any allocator of a program may be built on it.
#include <stdlib.h>

#include <map>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "cex/allocator.h"

void* operator new(size_t size) {
  void* const p = mem$malloc(mem$, size != 0 ? size : 1);
  if (p == nullptr) abort();
  return p;
}
void operator delete(void* p) noexcept { mem$free(mem$, p); }
void operator delete(void* p, size_t) noexcept { mem$free(mem$, p); }

namespace {

std::string early = "made before main(), and too long to lie in the object itself";

TEST(OperatorNewTest, Works) {
  std::map<int, std::string> map;
  for (int i = 0; i < 1000; ++i) map[i] = std::to_string(i) + early;
  EXPECT_EQ(map[999], "999" + early);
}

}  // namespace
