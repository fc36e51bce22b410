// Deleting while walking forward, with the length from before.
#include "cex/arr.h"
#include "testing/bugs/program.h"

PROGRAM(delete_past_end) {
  arr$(int) jobs = arr$new(jobs, mem$);
  arr$pushm(jobs, 1, 2, 3);
  const size_t length = arr$len(jobs);
  for (size_t i = 0; i < length; ++i) arr$del(jobs, bug ? i : 0);  // BUG
  arr$free(jobs);
}
