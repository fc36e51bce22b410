// Undefined behaviour that has nothing to do with memory: for UBSan.
#include <limits.h>

#include "testing/negative_control/main.h"

volatile int one = 1;
volatile int sink = 0;

BUG(fine) { sink = INT_MAX - one; }

BUG(signed_overflow) { sink = INT_MAX + one; }

BUG(shift) { sink = 1 << (31 + one); }

BUG(misaligned) {
  alignas(8) static char bytes[16];
  const char* volatile p = bytes + one;
  sink = *reinterpret_cast<const int*>(p);  // clang does not look at accesses to volatile
}
