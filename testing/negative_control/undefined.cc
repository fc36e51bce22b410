// Undefined behaviour that has nothing to do with memory: for UBSan.
#include <limits.h>

#include "testing/negative_control/main.h"

namespace negative_control {

volatile int one = 1;
volatile int sink = 0;

void fine() { sink = INT_MAX - one; }

void signed_overflow() { sink = INT_MAX + one; }

void shift() { sink = 1 << (31 + one); }

void misaligned() {
  alignas(8) static char bytes[16];
  const char* volatile p = bytes + one;
  sink = *reinterpret_cast<const int*>(p);  // clang does not look at accesses to volatile
}

}  // namespace negative_control

int main(int argc, char** argv) {
  using namespace negative_control;  // NOLINT(google-build-using-namespace): a list of it
  constexpr Bug kBugs[] = {
      {"fine", fine},
      {"signed_overflow", signed_overflow},
      {"shift", shift},
      {"misaligned", misaligned},
  };
  return run(kBugs, argc, argv);
}
