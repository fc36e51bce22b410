// A mistake, and what is said of it: an arena's function gets a fixed buffer.
#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/report.h"
#include "examples/device/console.h"

namespace {

alignas(64) char buffer[4 << 10];

}  // namespace

int main() {
  cex::set_report_handler(print_report);
  AllocatorArena.destroy(AllocatorFixed.create(buffer, sizeof(buffer)));
  print("not reached", 0);
  return 0;
}
