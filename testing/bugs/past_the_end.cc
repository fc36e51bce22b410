// Blocks that are read or written past either end.
#include <stdint.h>
#include <string.h>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/leak_check.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

// A copy of a string without room for its NUL.
static char* copy_of(IAllocator a, const char* text, bool bug) {
  const size_t size = strlen(text) + (bug ? 0 : 1);
  char* copy = mem$malloc(a, size);
  if (copy != nullptr) strcpy(copy, bugs::hide(text));  // BUG
  return copy;
}

PROGRAM(overflow_by_one) {
  char* name = copy_of(mem$, "settings", bug);
  mem$free(mem$, name);  // FOUND
}

// A line is copied to where there is room for a word: far past the guard bytes.
PROGRAM(overflow_by_a_line) {
  char line[160];
  memset(line, 'l', sizeof(line));
  char* word = mem$malloc(mem$, 16);
  memcpy(bugs::hide(word), line, bug ? sizeof(line) : 16);  // BUG
  mem$free(mem$, word);                                     // FOUND
}

// One byte too many, which alignment would have hidden: 13 bytes take 16.
PROGRAM(overflow_into_padding) {
  mem$scope(tmem$, _) {                   // FOUND
    const char date[] = "24 Nov 2026  ";  // 13 characters and a NUL
    char* copy = mem$malloc(_, bug ? 13 : 14);
    strcpy(bugs::hide(copy), date);  // BUG
  }
}

// A table has one row less than the loop that fills it thinks.
struct Row {
  char name[10];
  bool is_open;
};

PROGRAM(overflow_of_calloc) {
  const size_t rows = 5;
  Row* table = mem$calloc(mem$, bug ? rows - 1 : rows, sizeof(Row));
  for (size_t i = 0; i < rows; ++i) bugs::hide(table)[i].is_open = true;  // BUG
  mem$free(mem$, table);                                                  // FOUND
}

// A kernel that works on whole vectors, over a length that is no multiple of them.
PROGRAM(overflow_of_aligned_block) {
  const size_t count = 30;
  const size_t room = bug ? count : mem$aligned_round(count, 16);
  float* values = mem$malloc(mem$, room * sizeof(float), 64);
  for (size_t i = 0; i < count; i += 16) {
    for (size_t lane = 0; lane < 16; ++lane) bugs::hide(values)[i + lane] = 1;  // BUG
  }
  mem$free(mem$, values);  // FOUND
}

// `<=` where `<` was meant, in memory of an arena.
PROGRAM(off_by_one_loop) {
  mem$arena(4096, arena) {  // FOUND
    const size_t count = 10;
    int* squares = mem$malloc(arena, count * sizeof(int));
    for (size_t i = 0; bug ? i <= count : i < count; ++i) {
      bugs::hide(squares)[i] = static_cast<int>(i * i);  // BUG
    }
  }
}

// The elements' type was changed; the size of the block was not.
PROGRAM(wrong_element_size) {
  mem$arena(4096, arena) {
    const size_t count = 4;
    uint32_t* ids = mem$malloc(arena, count * (bug ? sizeof(uint16_t) : sizeof(uint32_t)));
    for (size_t i = 0; i < count; ++i) bugs::hide(ids)[i] = 7;  // BUG
    mem$free(arena, ids);                                       // FOUND
  }
}

// The block shrank to what was needed; the writer kept the old end.
PROGRAM(write_after_shrinking) {
  char* buffer = mem$malloc(mem$, 100);
  buffer = mem$realloc(mem$, buffer, 40);
  bugs::hide(buffer)[bug ? 40 : 39] = '\0';  // BUG
  mem$free(mem$, buffer);                    // FOUND
}

// Looking for a separator in text that has none, and no NUL.
PROGRAM(read_past_end) {
  char* text = mem$malloc(mem$, 9);
  memcpy(text, "key value", 9);
  const char* p = bugs::hide(text);
  while ((bug || p < text + 9) && *p != '=' && p < text + 10) ++p;  // BUG
  bugs::use(p);
  mem$free(mem$, text);
}

// A block with an arena's page to itself, one byte too short for its mark at the end.
PROGRAM(overflow_of_large_block) {
  mem$arena(4096, arena) {
    const size_t size = 100'000;
    char* image = mem$malloc(arena, size);
    bugs::hide(image)[bug ? size : size - 1] = '\xff';  // BUG
    mem$free(arena, image);                             // FOUND
  }
}

// Names that all cases of a suite share, in an arena that lives on; one case writes past one.
static char* shared_name() {
  static char* const name = [] {
    const cex::testing::AllowLeaks allow;
    static const IAllocator arena = AllocatorArena.create(4096);  // until the program ends
    char* text = mem$malloc(arena, 8);
    return text;
  }();
  return name;
}

PROGRAM(overflow_in_shared_arena) {                             // FOUND
  strcpy(shared_name(), bugs::hide(bug ? "settings" : "set"));  // BUG
}

// The last field of a message, written past the block, into the rest of the buffer.
PROGRAM(overflow_of_fixed_buffer) {
  alignas(64) static char memory[4096];
  const IAllocator a = AllocatorFixed.create(memory, sizeof(memory));
  char* message = mem$malloc(a, 25);
  for (int i = 0; i < (bug ? 26 : 25); ++i) bugs::hide(message)[i] = 'm';  // BUG
  mem$free(a, message);                                                    // FOUND
  AllocatorFixed.destroy(a);
}

// Cutting the blanks from the end of a line that has nothing else.
static void cut_blanks(char* line, bool bug) {
  char* last = bugs::hide(line) + strlen(line);
  while ((bug || last > line) && last[-1] == ' ') *--last = '\0';
  if (bug) last[-1] = '\0';  // BUG
}

PROGRAM(underflow_by_one) {
  char* line = mem$malloc(mem$, 4);
  memcpy(line, "   ", 4);
  cut_blanks(line, bug);
  mem$free(mem$, line);  // FOUND
}

// A length is stored in front of the text, as the caller has no room for it there.
static void set_length(char* text, char length) { text[-1] = length; }  // BUG

PROGRAM(underflow_in_arena) {
  mem$arena(4096, arena) {
    char* memory = mem$malloc(arena, 20);
    char* text = memory + (bug ? 0 : 1);
    memcpy(text, "some text", 10);
    set_length(bugs::hide(text), 9);
    mem$free(arena, memory);  // FOUND
  }
}

// A name is written backwards, further than its block reaches.
PROGRAM(underflow_into_record) {
  mem$arena(4096, arena) {
    char* digits = mem$malloc(arena, 8);
    char* end = bugs::hide(digits) + 8;
    for (int i = 0; i < (bug ? 40 : 8); ++i) *--end = '0';  // BUG
    mem$free(arena, digits);                                // FOUND
  }
}

// A struct's text is freed, whether it was ever set or not.
struct Item {
  int id;
  char* text;
};

PROGRAM(uninitialized_pointer) {
  mem$arena(4096, arena) {
    Item* item = mem$malloc(arena, sizeof(Item));
    item->id = 1;
    if (!bug) item->text = nullptr;
    mem$free(mem$, bugs::hide(item)->text);  // BUG
  }
}
