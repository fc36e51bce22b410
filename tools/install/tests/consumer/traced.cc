// Traces an arena and prints an array: what the guide teaches beyond the core.
#include <stdio.h>

#include "cex/cex.h"
#include "cex/print.h"
#include "cex/trace.h"

int main() {
  cex::Trace trace;
  mem$arena(4096, arena) {
    const IAllocator a = trace.wrap(arena, "arena");
    mem$scope(a, _) {
      arr$(int) primes = arr$new(primes, _);
      arr$pushm(primes, 2, 3, 5);
      printf("%s\n", cex::to_string(primes).c_str());
    }
    trace.end(a);
  }
  return trace.write_chrome_json("/dev/null") ? 0 : 1;
}
