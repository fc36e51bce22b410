// A loop is told the capacity, and there are fewer elements.
#include "cex/arr.h"
#include "cex/for_each.h"
#include "testing/bugs/program.h"

PROGRAM(each_past_end) {
  arr$(int) list = arr$new(list, mem$, .capacity = 16);
  arr$pushm(list, 1, 2, 3);
  int sum = 0;
  for$each (x, list, bug ? arr$cap(list) : arr$len(list)) sum += x;  // BUG
  bugs::use(sum);
  arr$free(list);
}
