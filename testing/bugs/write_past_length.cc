// A pointer to the last element, used after that was removed.
#include "cex/arr.h"
#include "testing/bugs/program.h"

PROGRAM(write_past_length) {
  arr$(int) jobs = arr$new(jobs, mem$);
  arr$pushm(jobs, 1, 2, 3);
  int* job = &arr$last(jobs);
  if (bug) arr$pop(jobs);
  *bugs::hide(job) = 0;  // BUG
  arr$free(jobs);        // FOUND
}
