// Arenas whose memory comes from another arena, from a scope of one, from tmem$ or from a
// fixed buffer.
#include <string.h>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/tempmem.h"

namespace {

// Opens scopes of its own, and allocates its result through what it was given.
char* joined(const char* left, const char* right, IAllocator result) {
  char* text = nullptr;
  mem$scope(tmem$, scratch) {
    char* copy = mem$malloc(scratch, strlen(left) + strlen(right) + 1);
    strcpy(copy, left);
    strcat(copy, right);
    mem$scope(tmem$, _) {
      text = mem$malloc(result, strlen(copy) + 1);
      EXPECT_NE(mem$malloc(_, 5000), nullptr);
      strcpy(text, copy);
    }
  }
  return text;
}

void use(IAllocator a) {
  char* text = joined("", "", a);
  for (int i = 0; i < 300; ++i) text = joined(text, "0123456789", a);
  EXPECT_EQ(strlen(text), 3000u);
  mem$scope(a, scope) {
    EXPECT_EQ(strlen(joined(text, "0123456789", scope)), 3010u);
  }
}

TEST(NestedTest, RequestArenaOnTmem) {
  for (int request = 0; request < 20; ++request) {
    mem$scope(tmem$, request_scope) {
      const IAllocator a = AllocatorArena.create(1024, {.backing = request_scope});
      ASSERT_NE(a, nullptr);
      use(a);
      AllocatorArena.destroy(a);
    }
  }
}

TEST(NestedTest, ArenaOverAnOuterScopeUsedInInnerScopes) {
  const IAllocator below = AllocatorArena.create(4096);
  mem$scope(below, outer) {
    const IAllocator above = AllocatorArena.create(512, {.backing = outer});
    mem$scope(outer, inner) {
      use(above);
      mem$scope(above, scope) {
        use(scope);
        use(inner);
      }
    }
    use(above);
    AllocatorArena.destroy(above);
    use(outer);
  }
  use(below);
  AllocatorArena.destroy(below);
}

// Valgrind verifies what it knows of blocks when the program exits, if there is a block left then.
const int* const left = new int(0);

// All its memory ends with the scope. Its blocks lie elsewhere in each round, for Valgrind.
TEST(NestedTest, ArenaThatIsNotDestroyedBeforeTheScopeBelowItEnds) {
  ASSERT_NE(left, nullptr);
  const IAllocator below = AllocatorArena.create(4096);
  for (int round = 0; round < 20; ++round) {
    const size_t other_bytes = size_t{24} * static_cast<size_t>(round) + 1;
    mem$scope(below, scope) {
      EXPECT_NE(mem$malloc(scope, other_bytes), nullptr);
      const IAllocator a = AllocatorArena.create(512, {.backing = scope});
      const IAllocator b = AllocatorArena.create(512, {.backing = a});
      use(a);
      use(b);
    }
    mem$scope(tmem$, scope) {
      EXPECT_NE(mem$malloc(scope, other_bytes), nullptr);
      use(AllocatorArena.create(512, {.backing = scope}));
    }
    mem$scope(below, scope) {
      use(scope);
    }
    mem$scope(tmem$, scope) {
      use(scope);
    }
  }
  AllocatorArena.destroy(below);
}

// A fixed buffer ends with its memory, without a word, and so does what stands on it.
TEST(NestedTest, ArenaThatIsNotDestroyedBeforeTheBufferBelowItIsGone) {
  alignas(64) static char memory[size_t{2} << 20];
  const IAllocator other = AllocatorArena.create(4096);
  for (int round = 0; round < 20; ++round) {
    const size_t skipped = size_t{64} * static_cast<size_t>(round);
    const IAllocator buffer = AllocatorFixed.create(memory + skipped, sizeof(memory) - skipped);
    use(AllocatorArena.create(512, {.backing = buffer}));
    mem$asan_unpoison(memory, sizeof(memory));
    memset(memory, round, sizeof(memory));
    use(other);
  }
  AllocatorArena.destroy(other);
}

}  // namespace
