// Out of memory, handled: an arena with a limit, the `try` forms, and a program that does
// less instead of ending.
//
// The program prints as many lines as there is memory for. The plain forms (arr$push) would end it
// with a message; arr$try_push returns null, and leaves the array unchanged.
#include <cstdio>

#include "cex/arena.h"
#include "cex/collections.h"

namespace {

enum class Status { kComplete, kCut, kNothing };

const char* name_of(Status status) {
  return status == Status::kComplete ? "complete" : status == Status::kCut ? "cut" : "nothing";
}

struct Line {
  int number;
  char text[28];
};

// Appends `wanted` lines to `report`, or as many as there is memory for.
Status fill(arr$(Line) & report, IAllocator a, int wanted) {
  if (arr$try_new(report, a) == nullptr) return Status::kNothing;
  for (int i = 1; i <= wanted; ++i) {
    Line* const line = arr$try_push(report, {.number = i, .text = {}});
    if (line == nullptr) return Status::kCut;
    std::snprintf(line->text, sizeof(line->text), "line %d", i);
  }
  return Status::kComplete;
}

void attempt(size_t limit, int wanted) {
  const IAllocator arena = AllocatorArena.create(4096, {.limit = limit});
  if (arena == nullptr) return;
  arr$(Line) report = nullptr;
  const Status status = fill(report, arena, wanted);
  std::printf("%d lines wanted in %zu KiB: %s", wanted, limit / 1024, name_of(status));
  if (status == Status::kComplete) std::printf(", to \"%s\"", arr$last(report).text);
  if (status == Status::kCut) std::printf(", and what there is of it is whole");
  for (size_t i = 0; i < arr$len(report); ++i) {
    if (report[i].number != static_cast<int>(i) + 1) std::printf(", but for line %zu", i);
  }
  std::printf("\n");
  AllocatorArena.destroy(arena);  // all of it, whatever came of it
}

}  // namespace

int main() {
  attempt(64 << 10, 100);
  attempt(64 << 10, 100000);
  attempt(0, 1);
  return 0;
}
