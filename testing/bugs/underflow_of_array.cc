// Sorting by insertion looks one place too far to the left, and moves it.
#include "cex/arr.h"
#include "testing/bugs/program.h"

static void insert(int* values, int n, int value) {
  int at = n;
  while (at > 0 && values[at - 1] > value) {
    values[at] = values[at - 1];
    --at;
  }
  values[at] = value;
}

PROGRAM(underflow_of_array) {
  arr$(int) values = arr$new(values, mem$);
  arr$pushm(values, 1, 2, 3);
  insert(bugs::hide(&values[0]) - (bug ? 1 : 0), bug ? 0 : 2, 0);  // BUG
  arr$free(values);                                                // FOUND
}
