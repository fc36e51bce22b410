#include <gtest/gtest.h>

#include "docs/snippets/runner.h"

// [trace]
#include <stdio.h>
#include <string.h>

#include "cex/arena.h"
#include "cex/trace.h"
// [end]

// [temporary_bytes]
#include "cex/tempmem.h"
#include "cex/trace.h"
// [end]

namespace {

namespace trace {
// [trace]
// Knows nothing of traces.
static char* repeat(IAllocator a, const char* word, size_t times) {
  const size_t length = strlen(word);
  char* text = mem$malloc(a, length * times + 1);
  if (text == nullptr) return nullptr;
  for (size_t i = 0; i < times; ++i) memcpy(text + i * length, word, length);
  text[length * times] = '\0';
  return text;
}

int main() {
  cex::Trace trace;
  IAllocator pages = trace.wrap_pages(mem$, "pages");
  IAllocator arena = AllocatorArena.create(4096, {.backing = pages});
  IAllocator a = trace.wrap(arena, "words");

  for (size_t i = 1; i <= 10; ++i) {
    mem$scope(a, _) {
      if (repeat(_, "memory ", 100 * i) == nullptr) return 1;
    }
  }

  const cex::TraceTotals totals = trace.totals(a);
  printf("%llu blocks, %llu of them gone with their scope, %llu bytes at the peak\n",
         static_cast<unsigned long long>(totals.allocations),
         static_cast<unsigned long long>(totals.ended_by_scope),
         static_cast<unsigned long long>(totals.peak_bytes));

  trace.end(a);  // the arena is about to go
  AllocatorArena.destroy(arena);
  return trace.write_html("memory.html") ? 0 : 1;
}
// [end]
}  // namespace trace

TEST(SeeingMemory, Trace) {
  guide::expect_program(trace::main, R"(
10 blocks, 10 of them gone with their scope, 7001 bytes at the peak
)");
}

// [temporary_bytes]
size_t temporary_bytes(void (*work)(IAllocator)) {
  cex::Trace trace;
  IAllocator temp = trace.wrap(tmem$, "tmem$");
  mem$scope(temp, _) {
    work(_);
  }
  return trace.totals(temp).peak_bytes;
}
// [end]

}  // namespace
