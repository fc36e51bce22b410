// mem$scope: every way to leave one, nesting, and names. A fixed buffer stands
// for all allocators with scopes.
#include <string.h>

#include <stdexcept>

#include <gtest/gtest.h>

#include "cex/fixed.h"

namespace {

alignas(64) char buffer[size_t{4} << 20];

class ScopeTest : public testing::Test {
 protected:
  ~ScopeTest() override {
    EXPECT_EQ(a_->scope_depth(a_), 0u);
    AllocatorFixed.destroy(a_);
  }
  size_t in_use() const { return AllocatorFixed.stats(a_).bytes_in_use; }

  const IAllocator a_ = AllocatorFixed.create(buffer, sizeof(buffer));
};

TEST_F(ScopeTest, FallingOut) {
  mem$scope(a_, s) {
    ASSERT_NE(mem$malloc(s, 100), nullptr);
    EXPECT_GE(in_use(), 100u);
    EXPECT_EQ(a_->scope_depth(a_), 1u);
  }
  EXPECT_EQ(in_use(), 0u);
}

int return_from(IAllocator a) {
  mem$scope(a, s) {
    char* p = mem$malloc(s, 100);
    return p != nullptr ? 42 : 0;
  }
  return 1;
}

TEST_F(ScopeTest, Return) {
  EXPECT_EQ(return_from(a_), 42);
  EXPECT_EQ(a_->scope_depth(a_), 0u);
  EXPECT_EQ(in_use(), 0u);
}

TEST_F(ScopeTest, BreakEndsTheLoopAroundIt) {
  int rounds = 0;
  for (; rounds < 10; ++rounds) {
    mem$scope(a_, s) {
      ASSERT_NE(mem$malloc(s, 100), nullptr);
      if (rounds == 3) break;
    }
    EXPECT_EQ(in_use(), 0u);
  }
  EXPECT_EQ(rounds, 3);
  EXPECT_EQ(a_->scope_depth(a_), 0u);
  EXPECT_EQ(in_use(), 0u);
}

TEST_F(ScopeTest, ContinueGoesOnWithTheLoopAroundIt) {
  int begun = 0, ended = 0;
  while (begun < 10) {
    ++begun;
    mem$scope(a_, s) {
      ASSERT_NE(mem$malloc(s, 100), nullptr);
      if (begun % 2 == 0) continue;
    }
    ++ended;
  }
  EXPECT_EQ(begun, 10);
  EXPECT_EQ(ended, 5);
  EXPECT_EQ(in_use(), 0u);
}

TEST_F(ScopeTest, BreakInASwitchAndInANestedLoopIsTheirs) {
  int reached = 0;
  mem$scope(a_, s) {
    for (int i = 0; i < 3; ++i) {
      if (mem$malloc(s, 10) == nullptr || i == 1) break;
    }
    ++reached;
  }
  switch (reached) {
    case 1:
      mem$scope(a_, s) {
        ASSERT_NE(mem$malloc(s, 10), nullptr);
        break;
      }
      ++reached;
      break;
    default:
      FAIL();
  }
  EXPECT_EQ(reached, 1);
  EXPECT_EQ(a_->scope_depth(a_), 0u);
}

TEST_F(ScopeTest, GotoOut) {
  int rounds = 0;
again:
  mem$scope(a_, outer) {
    ASSERT_NE(mem$malloc(outer, 100), nullptr);
    mem$scope(outer, inner) {
      ASSERT_NE(mem$malloc(inner, 100), nullptr);
      if (++rounds < 5) goto again;
      goto out;
    }
  }
  FAIL();
out:
  EXPECT_EQ(rounds, 5);
  EXPECT_EQ(in_use(), 0u);
}

TEST_F(ScopeTest, Exception) {
  try {
    mem$scope(a_, outer) {
      ASSERT_NE(mem$malloc(outer, 100), nullptr);
      mem$scope(outer, inner) {
        ASSERT_NE(mem$malloc(inner, 100), nullptr);
        throw std::runtime_error("out");
      }
    }
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "out");
  }
  EXPECT_EQ(a_->scope_depth(a_), 0u);
  EXPECT_EQ(in_use(), 0u);
}

TEST_F(ScopeTest, VariableMayBeUnusedOrUnderscore) {
  mem$scope(a_, unused) {
  }
  mem$scope(a_, _) {
  }
  mem$scope(a_, _) {
    EXPECT_NE(mem$malloc(_, 1), nullptr);
  }
}

TEST_F(ScopeTest, OneNameNests) {
  mem$scope(a_, _) {
    char* p1 = mem$malloc(_, 10);
    strcpy(p1, "one");
    mem$scope(_, _) {
      char* p2 = mem$malloc(_, 10);
      strcpy(p2, "two");
      mem$scope(_, _) {
        EXPECT_EQ(a_->scope_depth(a_), 3u);
        char* p3 = mem$malloc(_, 10);
        strcpy(p3, "three");
        EXPECT_STREQ(p2, "two");
      }
      EXPECT_STREQ(p2, "two");
    }
    EXPECT_STREQ(p1, "one");
  }
}

// It is one statement: no braces are needed around it or in it.
TEST_F(ScopeTest, IsOneStatement) {
  int reached = 0;
  for (int i = 0; i < 3; ++i)
    mem$scope(a_, _) reached += mem$malloc(_, 10) != nullptr;
  EXPECT_EQ(reached, 3);
  if (reached == 3)
    mem$scope(a_, _) {
      reached = mem$malloc(_, 10) != nullptr ? 10 : 0;
    } else
      FAIL();
  EXPECT_EQ(reached, 10);
  if (reached == 3)
    mem$scope(a_, _) {
      FAIL() << _;
    } else
      reached = 11;
  EXPECT_EQ(reached, 11);
  EXPECT_EQ(in_use(), 0u);
}

TEST_F(ScopeTest, ArgumentIsEvaluatedOnce) {
  int asked = 0;
  const auto allocator = [&] { return ++asked, a_; };
  mem$scope(allocator(), _) {
    EXPECT_EQ(asked, 1);
  }
  EXPECT_EQ(asked, 1);
}

TEST_F(ScopeTest, GuardIsAnObjectLikeAnyOther) {
  const cex::MemScope outer(a_);
  {
    const cex::MemScope inner(outer.allocator());
    EXPECT_EQ(a_->scope_depth(a_), 2u);
    EXPECT_NE(inner.allocator(), outer.allocator());
  }
  EXPECT_EQ(a_->scope_depth(a_), 1u);
}

// An allocator of a user's own that says it has scopes, and can't open one: the scope refuses.
TEST(ScopeRefusalTest, AScopeThatCannotBeOpened) {
  const Allocator_i closed = {mem$->malloc,
                              mem$->calloc,
                              mem$->realloc,
                              mem$->free,
                              [](IAllocator) -> IAllocator { return nullptr; },
                              mem$->scope_exit,
                              mem$->scope_depth,
                              {0xc105ed, true, false}};
  mem$scope(&closed, scope) {
    EXPECT_NE(scope, &closed);
    EXPECT_EQ(mem$malloc(scope, 1), nullptr);
    EXPECT_EQ(mem$calloc(scope, 1, 1), nullptr);
    EXPECT_EQ(mem$realloc(scope, nullptr, 1), nullptr);
    mem$scope(scope, inner) EXPECT_EQ(mem$malloc(inner, 1), nullptr);
  }
}

}  // namespace
