// The last element is at length - 1.
#include "cex/arr.h"
#include "testing/bugs/program.h"

PROGRAM(index_past_end) {
  arr$(int) scores = arr$new(scores, mem$);
  arr$pushm(scores, 5, 8, 13);
  scores[arr$len(scores) - (bug ? 0 : 1)] = 21;  // BUG
  arr$free(scores);
}
