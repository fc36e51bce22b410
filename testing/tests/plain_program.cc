// A program without GoogleTest and without a LeakCheck: plain_program_test.sh runs it with the
// name of what it is to do.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "cex/arena.h"
#include "cex/hm.h"
#include "cex/tempmem.h"
#include "testing/tests/at_exit.h"

namespace {

void write_to(char* p) { *static_cast<volatile char*>(p) = 1; }

// Frees what it has at the program's end, after main().
struct Cache {
  char* text = nullptr;
  ~Cache() { mem$free(mem$, text); }
};

void run_correctly() {
  static Cache cache;
  cache.text = mem$malloc(mem$, 100);
  char* p = mem$malloc(mem$, 10);
  write_to(p + 9);
  mem$free(mem$, p);
  hm$(const char*, int) ages = hm$new(ages, mem$, .copy_keys = true);
  hm$set(ages, "ann", 41);
  hm$set(ages, "bob", 42);
  hm$free(ages);
  mem$arena(4096, arena) {
    mem$scope(arena, _) {
      write_to(mem$malloc(_, 10));
      write_to(mem$malloc(arena, 10));
    }
  }
  std::thread([] {
    mem$scope(tmem$, _) {
      write_to(mem$malloc(_, 10));
    }
  }).join();
}

void free_block(void* p) { mem$free(mem$, p); }

void free_in_a_library_s_object() {
  char* p = mem$malloc(mem$, 123);
  at_exit::in_static_object = {free_block, p};
}

void free_in_a_library_s_destructor() {
  char* p = mem$malloc(mem$, 123);
  at_exit::in_destructor_function = {free_block, p};
}

void leak_a_block() {
  char* p = mem$malloc(mem$, 123);  // LINE leak
  write_to(p);
}

void leak_in_a_thread() { std::thread(leak_a_block).join(); }

void leak_keys() {
  hm$(const char*, int) ages = hm$new(ages, mem$, .copy_keys = true);
  hm$set(ages, "a key of more than 16 characters", 41);  // LINE leak_of_keys
  ages = nullptr;
}

void leak_an_arena() {
  IAllocator arena = AllocatorArena.create(4096);  // LINE leak_of_arena
  write_to(mem$malloc(arena, 10));
}

void write_to_a_freed_block() {
  char* p = mem$malloc(mem$, 10);  // LINE write_to_freed
  char* const stale = p;
  mem$free(mem$, p);
  write_to(stale);
}

void write_after_a_scope() {
  char* stale = nullptr;
  mem$scope(tmem$, _) {
    stale = mem$malloc(_, 10);  // LINE write_after_scope
  }
  write_to(stale);
}

// Runs `child` in a child of fork(), which exits; so does the program, with its status.
void run_in_child(void (*child)()) {
  char* p = mem$malloc(mem$, 10);  // the parent's to free
  const pid_t pid = fork();
  if (pid == 0) {
    child();
    exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  mem$free(mem$, p);
  if (status != 0) exit(1);
}

void fork_correctly() {
  run_in_child([] {});
}

void leak_in_a_child() {
  run_in_child([] {
    char* p = mem$malloc(mem$, 123);  // LINE leak_in_child
    write_to(p);
  });
}

void write_past_a_block_that_stays() {
  static Cache cache;
  cache.text = mem$malloc(mem$, 10);  // LINE write_past_end
  write_to(cache.text + 10);
}

}  // namespace

int main(int argc, char** argv) {
  constexpr struct {
    const char* name;
    void (*run)();
  } kPrograms[] = {
      {"correct", run_correctly},
      {"fork", fork_correctly},
      {"free_in_library_s_object", free_in_a_library_s_object},
      {"free_in_library_s_destructor", free_in_a_library_s_destructor},
      {"leak", leak_a_block},
      {"leak_in_child", leak_in_a_child},
      {"leak_in_thread", leak_in_a_thread},
      {"leak_of_keys", leak_keys},
      {"leak_of_arena", leak_an_arena},
      {"write_to_freed", write_to_a_freed_block},
      {"write_after_scope", write_after_a_scope},
      {"write_past_end", write_past_a_block_that_stays},
  };
  for (const auto& program : kPrograms) {
    if (argc != 2 || strcmp(argv[1], program.name) != 0) continue;
    program.run();
    puts("main is done");
    return 0;
  }
  fprintf(stderr, "no such program\n");
  return 2;
}
