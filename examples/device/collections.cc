// An array and a map with text keys in a static buffer, beside an arena: the whole of what a small
// device may want. As arena.cc.
#include "cex/arena.h"
#include "cex/arr.h"
#include "cex/fixed.h"
#include "cex/for_each.h"
#include "cex/hm.h"
#include "cex/report.h"
#include "examples/device/console.h"

namespace {

alignas(64) char buffer[16 << 10];

constexpr const char* kReadings[] = {"boiler", "pump", "outside", "pump", "boiler", "pump"};

}  // namespace

int main() {
  cex::set_report_handler(print_report);
  const IAllocator memory = AllocatorFixed.create(buffer, sizeof(buffer));
  // A seed of the device's own makes keys that an attacker chooses harmless.
  hm$(const char*, int) count = hm$new(count, memory, .capacity = 16, .seed = 20);
  arr$(int) squares = arr$new(squares, memory);
  for$each (name, kReadings) {
    const int n = hm$get(count, name) + 1;
    hm$set(count, name, n);
    arr$push(squares, n * n);
  }
  for$each (entry, count) print(entry.key, static_cast<size_t>(entry.value));
  size_t sum = 0;
  for$each (square, squares) sum += static_cast<size_t>(square);
  print("sum of squares", sum);
  const IAllocator arena = AllocatorArena.create(1024, {.backing = memory});
  mem$scope(arena, scratch) {
    arr$(char) line = arr$new(line, scratch);
    for (char c = 'a'; c <= 'z'; ++c) arr$push(line, c);
    print("letters", arr$len(line));
  }
  AllocatorArena.destroy(arena);
  hm$free(count);
  arr$free(squares);
  return 0;
}
