#include <gtest/gtest.h>

#include "docs/snippets/runner.h"

// [logs]
#include <cassert>
#include <string>

#include "cex/collections.h"
#include "cex/print.h"
#include "cex/tempmem.h"
// [end]

namespace {

namespace logs {
// [logs]
int main() {
  mem$scope(tmem$, _) {
    arr$(int) primes = arr$new(primes, _);
    arr$pushm(primes, 2, 3, 5);
    assert(cex::to_string(primes) == "[2, 3, 5]");

    hm$(const char*, int) ages = hm$new(ages, _);
    hm$set(ages, "ann", 41);
    assert(cex::to_string(ages) == "{\"ann\": 41}");
  }
  return 0;
}
// [end]
}  // namespace logs

TEST(Debugging, Logs) { guide::expect_program(logs::main); }

}  // namespace
