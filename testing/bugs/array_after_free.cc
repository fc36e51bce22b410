// Two owners of one array.
#include "cex/arr.h"
#include "testing/bugs/program.h"

struct Owner {
  arr$(int) list = nullptr;
};

PROGRAM(array_after_free) {
  Owner first;
  Owner second;
  arr$new(first.list, mem$);
  if (bug) {
    second = first;
  } else {
    arr$new(second.list, mem$);
  }
  arr$free(first.list);
  arr$push(second.list, 1);  // BUG
  arr$free(second.list);
}
