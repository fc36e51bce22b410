// The same through an array, which grows when it is full.
#include "cex/arr.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

PROGRAM(array_grown_in_inner_scope) {
  mem$scope(tmem$, _) {
    arr$(int) results = arr$new(results, _, .capacity = bug ? 16 : 100);
    for (int i = 0; i < 100; ++i) {
      mem$scope(tmem$, scratch) {
        int* work = mem$calloc(scratch, 10, sizeof(int));
        arr$push(results, work[0] + i);  // BUG
      }
    }
    bugs::use(results[99]);
  }
}
