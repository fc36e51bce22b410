// A function takes the array by value, and adds to it.
#include "cex/arr.h"
#include "testing/bugs/program.h"

static void add_by_value(arr$(int) list) {
  for (int i = 0; i < 100; ++i) arr$push(list, i);
}

static void add(arr$(int) & list) {
  for (int i = 0; i < 100; ++i) arr$push(list, i);
}

PROGRAM(stale_handle_after_growth) {
  arr$(int) list = arr$new(list, mem$);
  if (bug) {
    add_by_value(list);
  } else {
    add(list);
  }
  arr$push(list, 1);  // BUG
  arr$free(list);
}
