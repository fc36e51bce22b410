#include <gtest/gtest.h>

#include "docs/snippets/runner.h"

// [device]
#include <stdio.h>

#include "cex/arena.h"
#include "cex/arr.h"
#include "cex/fixed.h"
#include "cex/hm.h"
#include "cex/report.h"
// [end]

namespace {

namespace device {
// [device]
alignas(64) static char buffer[16 << 10];

static void to_console(const char* text, size_t size) {
  if (text == nullptr) return;  // the end of a report: reset the device here
  fwrite(text, 1, size, stdout);
}

int main() {
  cex::set_report_handler(to_console);
  const IAllocator memory = AllocatorFixed.create(buffer, sizeof(buffer));

  hm$(const char*, int) count = hm$new(count, memory, .capacity = 16, .seed = 20);
  for (const char* name : {"boiler", "pump", "outside", "pump"})
    hm$set(count, name, hm$get(count, name) + 1);
  printf("pump %d\n", hm$get(count, "pump"));

  const IAllocator arena = AllocatorArena.create(1024, {.backing = memory});
  mem$scope(arena, scratch) {
    arr$(char) line = arr$new(line, scratch);
    for (char c = 'a'; c <= 'z'; ++c) arr$push(line, c);
    printf("letters %zu\n", arr$len(line));
  }  // line is gone
  printf("too much is refused: %d\n", mem$malloc(memory, sizeof(buffer)) == nullptr);
  AllocatorArena.destroy(arena);
  hm$free(count);
  return 0;
}
// [end]
}  // namespace device

TEST(SmallDevices, Device) {
  guide::expect_program(device::main, R"(
pump 2
letters 26
too much is refused: 1
)");
}

}  // namespace
