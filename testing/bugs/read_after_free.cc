// The next node is asked for after its predecessor was freed.
#include "testing/bugs/program.h"

struct Node {
  Node* next;
  int value;
};

PROGRAM(read_after_free) {
  Node* first = mem$new(mem$, Node, nullptr, 1);
  const Node* const seen = bugs::hide(first);
  if (!bug) bugs::use(seen->value);
  mem$free(mem$, first);
  if (bug) bugs::use(seen->value == 1);  // BUG
}
