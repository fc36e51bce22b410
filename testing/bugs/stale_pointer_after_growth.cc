// A pointer to an element, kept while the array grows.
#include "cex/arr.h"
#include "testing/bugs/program.h"

PROGRAM(stale_pointer_after_growth) {  // FOUND
  arr$(int) queue = arr$new(queue, mem$);
  arr$push(queue, 1);
  int* head = &queue[0];
  for (int i = 0; i < 100; ++i) arr$push(queue, i);
  if (!bug) head = &queue[0];
  *bugs::hide(head) = 2;  // BUG
  arr$free(queue);
}
