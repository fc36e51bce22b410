// One array is appended to another after it was freed.
#include "cex/arr.h"
#include "testing/bugs/program.h"

PROGRAM(push_from_freed_array) {
  arr$(int) all = arr$new(all, mem$);
  arr$(int) part = arr$new(part, mem$);
  arr$pushm(part, 1, 2, 3);
  const arr$(int) kept = part;
  if (bug) arr$free(part);
  arr$pusha(all, kept);  // BUG
  if (!bug) arr$free(part);
  arr$free(all);
}
