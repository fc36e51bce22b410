// The element before the first.
#include "cex/arr.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(negative_index) {
  mem$scope(tmem$, _) {
    arr$(int) sums = arr$new(sums, _);
    arr$pushm(sums, 1, 2, 3);
    for (int i = bug ? 0 : 1; i < 3; ++i) sums[i] += sums[i - 1];  // BUG
  }
}
