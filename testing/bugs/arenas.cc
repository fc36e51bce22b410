// Arenas and buffers that have ended, or are another thread's.
#include <thread>

#include "cex/arena.h"
#include "cex/fixed.h"
#include "testing/bugs/program.h"

// A block is used after its arena was destroyed.
PROGRAM(block_after_arena) {  // FOUND
  const IAllocator arena = AllocatorArena.create(4096);
  int* counter = mem$calloc(arena, 1, sizeof(int));
  counter = bugs::hide(counter);
  if (!bug) *counter += 1;
  AllocatorArena.destroy(arena);
  if (bug) *counter += 1;  // BUG
}

// And the arena itself.
PROGRAM(arena_after_destroy) {
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator kept = bugs::hide(arena);
  if (bug) AllocatorArena.destroy(arena);
  char* p = mem$malloc(kept, 10);  // BUG
  bugs::use(p);
  if (!bug) AllocatorArena.destroy(arena);
}

// The arena of a block is kept for later, and later there is no arena.
PROGRAM(arena_kept_after_its_block) {
  IAllocator kept = mem$;
  mem$arena(4096, arena) {
    if (bug) kept = bugs::hide(arena);
  }
  char* p = mem$malloc(kept, 10);  // BUG
  bugs::use(p);
  mem$free(kept, p);
}

// The arena goes while a scope of it is open.
PROGRAM(arena_destroyed_in_scope) {
  const IAllocator arena = AllocatorArena.create(4096);
  mem$scope(arena, scratch) {
    char* p = mem$malloc(scratch, 10);
    bugs::use(p[0] = 'x');
    if (bug) AllocatorArena.destroy(arena);  // BUG
  }
  if (!bug) AllocatorArena.destroy(arena);
}

// An arena ends like a block of the heap.
PROGRAM(arena_freed_to_heap) {
  IAllocator arena = AllocatorArena.create(4096);
  char* text = mem$malloc(arena, 40);
  bugs::use(text[0] = 'x');
  if (bug) {
    mem$free(mem$, arena);  // BUG
  } else {
    AllocatorArena.destroy(arena);
  }
}

// A buffer is plain memory again, and somebody still allocates from it.
PROGRAM(fixed_after_destroy) {
  alignas(64) static char memory[4096];
  const IAllocator a = AllocatorFixed.create(memory, sizeof(memory));
  if (bug) AllocatorFixed.destroy(a);
  char* p = mem$malloc(bugs::hide(a), 10);  // BUG
  bugs::use(p);
  if (!bug) AllocatorFixed.destroy(a);
}

// One arena, a main thread and a worker.
PROGRAM(arena_in_two_threads) {
  mem$arena(4096, arena) {
    char* mine = mem$malloc(arena, 10);
    bugs::use(mine);
    const IAllocator shared = arena;
    std::thread worker([shared, bug] {
      if (bug) {
        char* p = mem$malloc(shared, 10);  // BUG
        bugs::use(p);
      } else {
        mem$arena(4096, own) {
          char* p = mem$malloc(own, 10);
          bugs::use(p);
        }
      }
    });
    worker.join();
  }
}

// An arena goes to a worker, which would end up inside the other thread's scope.
PROGRAM(hand_over_in_scope) {
  const IAllocator arena = AllocatorArena.create(4096);
  const auto work = [arena] {
    char* p = mem$malloc(arena, 10);
    bugs::use(p);
    AllocatorArena.hand_over(arena);
  };
  mem$scope(arena, scratch) {
    if (bug) {
      AllocatorArena.hand_over(arena);  // BUG
      std::thread(work).join();
    }
  }
  if (!bug) {
    AllocatorArena.hand_over(arena);
    std::thread(work).join();
  }
  AllocatorArena.destroy(arena);
}
