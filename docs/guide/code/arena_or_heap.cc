#include <gtest/gtest.h>

#include <cstdio>

#include "cex/cex.h"
#include "cex/testing.h"
#include "docs/snippets/runner.h"

namespace {

// [node]
struct Node {
  int value;
  Node* next;
};

Node* list_of(IAllocator a, int n) {
  Node* first = nullptr;
  for (int i = 0; i < n; ++i) first = mem$new(a, Node, i, first);
  return first;
}
// [end]

void tree() {
  // [tree]
  mem$arena(4096, arena) {
    Node* list = list_of(arena, 1000);
    printf("%d\n", list->value);
  }  // freed in one step, however long the list is

  Node* list = list_of(mem$, 1000);
  while (list != nullptr) {  // a thousand steps, each of which can be forgotten
    Node* next = list->next;
    mem$free(mem$, list);
    list = next;
  }
  // [end]
}

TEST(ArenaOrHeap, Tree) {
  guide::expect_output(tree, R"(
999
)");
}

// [print_sum]
IAllocator program_memory() {
  static const IAllocator arena = [] {
    cex::testing::AllowLeaks allow;  // nothing in a release build
    return AllocatorArena.create(1 << 16);
  }();
  return arena;
}
// [end]

void print_sums() {
  // [print_sums]
  printf("%d\n", list_of(program_memory(), 10)->value);
  // [end]
}

TEST(ArenaOrHeap, PrintSums) {
  guide::expect_output(print_sums, R"(
9
)");
}

}  // namespace
