// Blocks that are used after their free, and frees of what is no block.
#include <string.h>

#include "cex/arena.h"
#include "testing/bugs/program.h"

// The next node is asked for after its predecessor was freed.
struct Node {
  Node* next;
  int value;
};

PROGRAM(read_after_free) {
  Node* first = mem$new(mem$, Node, nullptr, 1);
  const Node* const seen = bugs::hide(first);
  if (!bug) bugs::use(seen->value);
  mem$free(mem$, first);
  if (bug) bugs::use(seen->value == 1);  // BUG
}

// A worker that still holds a request which was answered and freed.
struct Request {
  int id;
  int state;
};

PROGRAM(write_after_free) {  // FOUND
  Request* request = mem$new(mem$, Request, 1, 0);
  Request* const in_work = bugs::hide(request);
  if (!bug) in_work->state = 2;
  mem$free(mem$, request);
  if (bug) in_work->state = 2;  // BUG
}

// Freeing in an arena is no less of a promise.
PROGRAM(write_after_free_in_arena) {  // FOUND
  mem$arena(4096, arena) {
    char* key = mem$malloc(arena, 30);
    char* const old = bugs::hide(key);
    mem$free(arena, key);
    key = mem$malloc(arena, 30);
    strcpy(bug ? old : key, "a key");  // BUG
  }
}

// Growing a buffer that an error path has freed.
PROGRAM(realloc_after_free) {
  char* buffer = mem$malloc(mem$, 10);
  char* kept = bugs::hide(buffer);
  if (bug) mem$free(mem$, buffer);
  kept = mem$realloc(mem$, kept, 20);  // BUG
  mem$free(mem$, kept);
}

// An error path frees what the end of the function frees as well.
static bool parse(char* buffer) { return buffer[0] == '{'; }

PROGRAM(double_free) {
  char* buffer = mem$calloc(mem$, 1, 50);
  char* const same = bugs::hide(buffer);
  if (!parse(buffer)) {
    mem$free(mem$, buffer);
  }
  if (bug) mem$free(mem$, +same);  // BUG
}

// Two lists that hold the same element.
PROGRAM(double_free_in_arena) {
  mem$arena(4096, arena) {
    char* element = mem$malloc(arena, 24);
    char* after = mem$malloc(arena, 24);
    char* const of_second_list = bugs::hide(bug ? element : after);
    mem$free(arena, element);
    mem$free(arena, +of_second_list);  // BUG
  }
}

// The pointer that walked through the block is freed instead of the block's own.
PROGRAM(free_of_middle) {
  char* text = mem$malloc(mem$, 20);
  strcpy(text, "   indented");
  char* p = text;
  while (*p == ' ') ++p;
  p = bugs::hide(p);
  mem$free(mem$, +(bug ? p : text));  // BUG
}

// The same in an arena, at an offset where a block could begin.
struct Pair {
  char key[16];
  char value[16];
};

PROGRAM(free_of_middle_in_arena) {
  mem$arena(4096, arena) {
    Pair* pair = mem$malloc(arena, sizeof(Pair));
    if (bug) {
      char* value = bugs::hide(pair->value);
      mem$free(arena, value);  // BUG
    } else {
      mem$free(arena, pair);
    }
  }
}

// The default is no block, but is freed like what replaces it.
PROGRAM(free_of_static) {
  alignas(16) static char default_name[16] = "unnamed";
  char* name = default_name;
  if (!bug) name = mem$malloc(mem$, 16);
  name = bugs::hide(name);
  mem$free(mem$, name);  // BUG
}

// Made in an arena, freed to the heap.
PROGRAM(wrong_allocator) {
  mem$arena(4096, arena) {
    char* text = bugs::hide(static_cast<char*>(mem$malloc(arena, 40)));
    mem$free(bug ? mem$ : arena, text);  // BUG
  }
}

// Two arenas, and a block that is resized through the other one.
PROGRAM(wrong_arena) {
  mem$arena(4096, documents) {
    mem$arena(4096, indexes) {
      bugs::use(indexes);
      char* page = mem$malloc(documents, 40);
      page = mem$realloc(bug ? indexes : documents, bugs::hide(page), 80);  // BUG
      bugs::use(page);
    }
  }
}

// Made for vectors, and resized for bytes.
PROGRAM(realloc_with_other_alignment) {
  float* lanes = mem$malloc(mem$, 256, 64);
  lanes = mem$realloc(mem$, lanes, 1024, bug ? 16 : 64);  // BUG
  mem$free(mem$, lanes);
}
