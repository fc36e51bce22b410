// Memory and allocators of scopes that have ended, and ends that are missing or out of order.
#include <string.h>

#include <optional>

#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

// A pointer out of a scope that has ended.
PROGRAM(write_after_scope) {  // FOUND
  char* line = nullptr;
  mem$scope(tmem$, _) {
    line = mem$malloc(_, 100);
    strcpy(line, "text");
  }
  line = bugs::hide(line);
  if (bug) line[0] = 'T';  // BUG
}

// The longest name, remembered beyond the scope that it lay in.
PROGRAM(read_after_scope) {
  const char* longest = "";
  mem$scope(tmem$, _) {
    char* name = mem$malloc(_, 20);
    strcpy(name, "the longest");
    longest = bugs::hide(name);
    if (!bug) longest = "the longest";
  }
  bugs::use(longest[0] == 't');  // BUG
}

// Of two nested scopes of an arena, the inner one's memory.
PROGRAM(write_after_inner_scope) {  // FOUND
  mem$arena(4096, arena) {
    int* total = nullptr;
    mem$scope(arena, outer) {
      if (!bug) total = mem$calloc(outer, 1, sizeof(int));
      mem$scope(arena, inner) {
        if (bug) total = mem$calloc(inner, 1, sizeof(int));
        *total += 1;
      }
      *bugs::hide(total) += 1;  // BUG
    }
  }
}

// A block so large that in a release its page goes when the scope ends.
PROGRAM(write_to_large_temp_block_after_scope) {  // FOUND
  char* pixels = nullptr;
  mem$scope(tmem$, _) {
    pixels = mem$malloc(_, 500'000);
    memset(pixels, 0, 500'000);
    if (!bug) bugs::hide(pixels)[1000] = 1;
  }
  if (bug) bugs::hide(pixels)[1000] = 1;  // BUG
}

// A cursor into the last round's memory, which this round would have been given again.
PROGRAM(write_to_memory_used_again) {  // FOUND
  char* cursor = nullptr;
  for (int round = 0; round < 3; ++round) {
    mem$scope(tmem$, _) {
      char* line = mem$malloc(_, 100);
      strcpy(line, "text");
      if (cursor == nullptr || !bug) cursor = bugs::hide(line);
      *cursor = '#';  // BUG
      bugs::use(line[0]);
    }
  }
}

// The allocator of a scope is kept for later, and later its scope has ended.
PROGRAM(scope_allocator_after_scope) {
  mem$arena(4096, arena) {
    IAllocator kept = arena;
    mem$scope(arena, request) {
      if (bug) kept = bugs::hide(request);
    }
    char* p = mem$malloc(kept, 10);  // BUG
    bugs::use(p);
  }
}

// The same in a buffer: the scope's memory is the buffer's again, and its allocator is used.
PROGRAM(fixed_scope_allocator_after_scope) {
  alignas(64) static char memory[4096];
  const IAllocator a = AllocatorFixed.create(memory, sizeof(memory));
  IAllocator kept = a;
  mem$scope(a, packet) {
    if (bug) kept = bugs::hide(packet);
  }
  char* p = mem$malloc(kept, 10);  // BUG
  bugs::use(p);
  AllocatorFixed.destroy(a);
}

// Blocks of a scope are freed one by one, after the scope.
PROGRAM(free_through_ended_scope) {
  mem$arena(4096, arena) {
    IAllocator a = arena;
    char* p = nullptr;
    mem$scope(arena, scratch) {
      if (bug) a = bugs::hide(scratch);
      p = bugs::hide(static_cast<char*>(mem$malloc(a, 20)));
    }
    mem$free(a, p);  // BUG
  }
}

// An object keeps the tmem$ of the function that made it. Another scope is open when it
// allocates, and tmem$ means that one by then.
namespace {
struct Writer {
  IAllocator a;
  char* line = nullptr;
};

Writer make_writer(IAllocator outer, bool bug) {
  mem$scope(tmem$, _) {
    return {bug ? _ : outer};
  }
}
}  // namespace

PROGRAM(object_with_ended_allocator) {
  mem$scope(tmem$, _) {
    Writer writer = make_writer(_, bug);
    mem$scope(tmem$, inner) {
      bugs::use(inner);
      writer.line = mem$malloc(writer.a, 80);  // BUG
      bugs::use(writer.line);
    }
  }
}

// The caveat of the manual: an outer scope's block, resized in an inner one, goes
// with that.
PROGRAM(realloc_across_scopes) {
  mem$scope(tmem$, _) {
    unsigned char* p2 = mem$malloc(_, 100);
    if (!bug) p2 = mem$realloc(_, p2, 110241024);

    mem$scope(tmem$, inner) {
      if (bug) p2 = mem$realloc(inner, p2, 110241024);  // BUG
    }

    if (!bug) p2[128] = '1';
    if (bugs::hide(p2)[128] == '0') bugs::use(p2);
  }
}

// A text of the arena grows through the allocator of a scope that is open meanwhile.
PROGRAM(realloc_through_inner_scope) {
  mem$arena(4096, arena) {
    char* text = mem$calloc(arena, 1, 16);
    for (size_t round = 1; round <= 3; ++round) {
      mem$scope(arena, scratch) {
        char* word = mem$malloc(scratch, 10);
        strcpy(word, "word");
        text = mem$realloc(bug ? scratch : arena, text, 16 + 16 * round);  // BUG
        strcat(text, word);
      }
    }
    bugs::use(text[0]);
  }
}

// The other way round: an inner scope's block, made longer through the outer allocator so
// that it may stay.
PROGRAM(realloc_through_outer_scope) {
  mem$scope(tmem$, outer) {
    char* kept = nullptr;
    mem$scope(tmem$, inner) {
      kept = mem$malloc(bug ? inner : outer, 100);
      kept = mem$realloc(outer, kept, 200);  // BUG
    }
    bugs::use(kept);
  }
}

// A scope that C code opened, with a return before its end.
static void format(bool bug) {
  const IAllocator a = tmem$->scope_enter(tmem$);  // BUG
  char* text = mem$malloc(a, 30);
  bugs::use(text);
  if (!bug) a->scope_exit(a);
}

PROGRAM(scope_left_open) { format(bug); }  // FOUND

// A function that takes any allocator opens a scope on what is none with scopes.
static void work(IAllocator a) {
  mem$scope(a, scratch) {  // BUG
    char* p = mem$malloc(scratch, 10);
    bugs::use(p);
  }
}

PROGRAM(scope_on_heap) { work(bug ? mem$ : tmem$); }

// Scopes as members, closed in the order in which they were opened.
PROGRAM(scopes_out_of_order) {
  mem$arena(4096, arena) {
    std::optional<cex::MemScope> request;
    std::optional<cex::MemScope> answer;
    request.emplace(arena, cex::Site::current());  // FOUND
    answer.emplace(arena, cex::Site::current());
    if (bug) {
      request.reset();  // BUG
      answer.reset();
    } else {
      answer.reset();
      request.reset();
    }
  }
}
