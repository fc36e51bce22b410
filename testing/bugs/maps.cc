// Maps: freed, pointers from before they grew, and keys that change.
#include <stdio.h>
#include <string.h>

#include "cex/arena.h"
#include "cex/hm.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

// A cache is emptied by freeing it, and used on.
PROGRAM(map_after_free) {
  hm$(const char*, int) cache = hm$new(cache, mem$, .copy_keys = true);
  hm$(const char*, int) same = cache;
  hm$set(cache, "a", 1);
  if (bug) {
    hm$free(cache);
  } else {
    hm$clear(cache);
  }
  hm$set(same, "b", 2);  // BUG
  hm$free(same);
}

// A map's handle outlives its memory.
PROGRAM(map_after_scope) {
  mem$arena(4096, arena) {
    hm$(int, int) counts = nullptr;
    mem$scope(arena, scratch) {
      hm$new(counts, scratch);
      hm$set(counts, 1, 1);
      if (!bug) counts = nullptr;
    }
    bugs::use(hm$get(counts, 1));  // BUG
  }
}

// A pointer to a map's value, kept while others are added.
PROGRAM(stale_entry_after_growth) {  // FOUND
  hm$(int, int) counts = hm$new(counts, mem$);
  int* first = hm$setp(counts, 1);
  for (int i = 0; i < 1000; ++i) hm$set(counts, i, 0);
  if (!bug) first = hm$getp(counts, 1);
  *bugs::hide(first) += 1;  // BUG
  hm$free(counts);
}

// A pointer to a map's entry, used after that was deleted.
PROGRAM(write_to_deleted_entry) {
  hm$(int, int) stock = hm$new(stock, mem$);
  for (int i = 0; i < 5; ++i) hm$set(stock, i, i);
  int* last = hm$getp(stock, 4);
  if (bug) hm$del(stock, 4);
  *bugs::hide(last) = 0;  // BUG
  hm$free(stock);         // FOUND
}

// Walking over a map's entries by index, with the length from before a delete.
PROGRAM(entry_index_after_delete) {
  hm$(int, int) stock = hm$new(stock, mem$);
  for (int i = 0; i < 5; ++i) hm$set(stock, i, i);
  size_t length = hm$len(stock);
  hm$del(stock, 3);
  if (!bug) length = hm$len(stock);
  for (size_t i = 0; i < length; ++i) stock[i].value += 1;  // BUG
  hm$free(stock);
}

// A key that is changed while it is in the map.
PROGRAM(map_key_changed) {
  hm$(int, int) stock = hm$new(stock, mem$);
  for (int i = 0; i < 5; ++i) hm$set(stock, i, i);
  if (bug) stock[2].key = 7;
  bugs::use(hm$get(stock, 2));  // BUG
  hm$free(stock);
}

// A map that outlives the text of its keys: .copy_keys is forgotten.
PROGRAM(map_key_text_gone) {
  hm$(const char*, int) sizes = hm$new(sizes, mem$, .copy_keys = !bug);
  mem$scope(tmem$, _) {
    for (int i = 0; i < 20; ++i) {
      char* name = mem$malloc(_, 32);
      snprintf(name, 32, "file number %d", i);
      hm$set(sizes, name, i);
    }
  }
  bugs::use(hm$get(sizes, "file number 7"));  // BUG
  hm$free(sizes);
}

// A key that the map has copied gets a suffix in place.
PROGRAM(overflow_of_map_key) {
  hm$(char*, int) sizes = hm$new(sizes, mem$, .copy_keys_arena_pgsize = 4096);
  char name[] = "archive";
  hm$set(sizes, name, 1);
  char* key = bugs::hide(sizes[0].key);
  if (bug) strcat(key, "~");  // BUG
  hm$free(sizes);             // FOUND
}
