// The newest entry of a list in which nothing is yet.
#include "cex/arr.h"
#include "testing/bugs/program.h"

PROGRAM(last_of_empty) {
  arr$(int) history = arr$new(history, mem$);
  if (!bug) arr$push(history, 1);
  arr$last(history) += 1;  // BUG
  arr$free(history);
}
