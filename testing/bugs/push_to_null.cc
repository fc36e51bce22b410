// An array that was never made.
#include "cex/arr.h"
#include "testing/bugs/program.h"

PROGRAM(push_to_null) {
  arr$(int) list = nullptr;
  if (!bug) arr$new(list, mem$);
  arr$push(list, 1);  // BUG
  arr$free(list);
}
