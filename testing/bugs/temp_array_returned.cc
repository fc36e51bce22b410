// A function returns what it made in its own scope.
#include "cex/arr.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

static arr$(int) digits_of(IAllocator a, int n, bool bug) {
  arr$(int) digits = nullptr;
  mem$scope(tmem$, _) {
    arr$new(digits, bug ? _ : a);
    for (; n != 0; n /= 10) arr$push(digits, n % 10);
  }
  return digits;
}

PROGRAM(temp_array_returned) {
  arr$(int) digits = digits_of(mem$, 1234, bug);
  bugs::use(arr$len(digits));  // BUG
  arr$free(digits);
}
