// main NAME bug|correct [guarded]: runs one of the programs, as a case of a test would run.
// `guarded`: each block ends at a page that can't be touched.
// main --list: their names.
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cex/testing.h"
#include "testing/bugs/program.h"

namespace bugs {
namespace {

const Program*& first() {
  static const Program* program = nullptr;
  return program;
}

// Overwrites what the program has left on the stack: a pointer there hides a leak from
// tools that look for pointers.
[[gnu::noinline]] void clear_stack() {
  volatile char stack[size_t{64} << 10];
  for (volatile char& c : stack) c = 0;
}

int run(const char* name, bool bug) {
  for (const Program* p = first(); p != nullptr; p = p->next) {
    if (strcmp(p->name, name) != 0) continue;
    const cex::testing::LeakCheck check(p->site);
    p->run(bug);
    clear_stack();
    return 0;
  }
  fprintf(stderr, "no program %s\n", name);
  return 2;
}

}  // namespace

Program::Program(const char* program_name, cex::Site at, Run program)
    : name(program_name), site(at), run(program), next(first()) {
  first() = this;
}

}  // namespace bugs

int main(int argc, char** argv) {
  if (argc == 2 && strcmp(argv[1], "--list") == 0) {
    for (const bugs::Program* p = bugs::first(); p != nullptr; p = p->next) puts(p->name);
    return 0;
  }
  const bool is_guarded = argc == 4 && strcmp(argv[3], "guarded") == 0;
  if (argc != 3 && !is_guarded) {
    fprintf(stderr, "usage: %s NAME bug|correct [guarded]\n", argv[0]);
    return 2;
  }
  if (is_guarded && !cex::testing::guard_all_blocks()) {
    fprintf(stderr, "this build can't guard blocks\n");
    return 2;
  }
  return bugs::run(argv[1], strcmp(argv[2], "bug") == 0);
}
