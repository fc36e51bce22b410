// Arrays: freed, out of bounds, and pointers from before they grew.
#include "cex/arena.h"
#include "cex/arr.h"
#include "cex/for_each.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

// Two owners of one array.
struct Owner {
  arr$(int) list = nullptr;
};

PROGRAM(array_after_free) {
  Owner first;
  Owner second;
  arr$new(first.list, mem$);
  if (bug) {
    second = first;
  } else {
    arr$new(second.list, mem$);
  }
  arr$free(first.list);
  arr$push(second.list, 1);  // BUG
  arr$free(second.list);
}

// An array that is declared outside and made inside.
PROGRAM(array_after_scope) {
  arr$(int) found = nullptr;
  mem$scope(tmem$, _) {
    arr$new(found, bug ? _ : mem$);
    arr$push(found, 1);
  }
  arr$push(found, 2);  // BUG
  arr$free(found);
}

// An allocator is remembered in the scope, and an array is made from it later.
PROGRAM(array_made_after_scope) {
  IAllocator a = mem$;
  mem$scope(tmem$, _) {
    if (bug) a = bugs::hide(_);
  }
  arr$(int) list = nullptr;
  arr$new(list, a);  // BUG
  bugs::use(list);
  arr$free(list);
}

// An object is freed, and the array in it is used as if it were there.
namespace {
struct Log {
  char name[24];
  arr$(int) sizes;
};
}  // namespace

PROGRAM(array_in_freed_object) {
  Log* log = mem$new(mem$, Log);
  Log* const kept = bugs::hide(log);
  arr$new(kept->sizes, mem$);
  if (bug) {
    arr$free(log->sizes);
    mem$free(mem$, log);
  }
  arr$push(kept->sizes, 1);  // BUG
  if (!bug) {
    arr$free(log->sizes);
    mem$free(mem$, log);
  }
}

// An array that was never made.
PROGRAM(push_to_null) {
  arr$(int) list = nullptr;
  if (!bug) arr$new(list, mem$);
  arr$push(list, 1);  // BUG
  arr$free(list);
}

// An object is allocated without being cleared, and its array is never made.
namespace {
struct Rotation {
  char name[24];
  arr$(int) sizes;
};
}  // namespace

PROGRAM(handle_never_set) {
  mem$arena(4096, arena) {
    Rotation* rotation = mem$malloc(arena, sizeof(Rotation));
    if (!bug) arr$new(rotation->sizes, arena);
    arr$push(bugs::hide(rotation)->sizes, 1);  // BUG
  }
}

// One array is appended to another after it was freed.
PROGRAM(push_from_freed_array) {
  arr$(int) all = arr$new(all, mem$);
  arr$(int) part = arr$new(part, mem$);
  arr$pushm(part, 1, 2, 3);
  const arr$(int) kept = part;
  if (bug) arr$free(part);
  arr$pusha(all, kept);  // BUG
  if (!bug) arr$free(part);
  arr$free(all);
}

// A function takes the array by value, and adds to it.
static void add_by_value(arr$(int) list) {
  for (int i = 0; i < 100; ++i) arr$push(list, i);
}

static void add(arr$(int) & list) {
  for (int i = 0; i < 100; ++i) arr$push(list, i);
}

PROGRAM(stale_handle_after_growth) {
  arr$(int) list = arr$new(list, mem$);
  if (bug) {
    add_by_value(list);
  } else {
    add(list);
  }
  arr$push(list, 1);  // BUG
  arr$free(list);
}

// A pointer to an element, kept while the array grows.
PROGRAM(stale_pointer_after_growth) {  // FOUND
  arr$(int) queue = arr$new(queue, mem$);
  arr$push(queue, 1);
  int* head = &queue[0];
  for (int i = 0; i < 100; ++i) arr$push(queue, i);
  if (!bug) head = &queue[0];
  *bugs::hide(head) = 2;  // BUG
  arr$free(queue);
}

// Adding to an array inside a loop over it.
PROGRAM(stale_iterator) {  // FOUND
  mem$arena(4096, arena) {
    arr$(int) tasks = arr$new(tasks, arena);
    for (int i = 0; i < 16; ++i) arr$push(tasks, i);
    const size_t length = arr$len(tasks);
    int* it = tasks.begin();
    for (size_t i = 0; i < length; ++i) {
      if (i == 3) {
        char* name = mem$malloc(arena, 20);  // so that the array can't grow where it is
        bugs::use(name);
        arr$push(tasks, 100);
      }
      if (!bug) it = tasks.begin() + i;
      *bugs::hide(it) += 1;  // BUG
      ++it;
    }
  }
}

// The last element is at length - 1.
PROGRAM(index_past_end) {
  arr$(int) scores = arr$new(scores, mem$);
  arr$pushm(scores, 5, 8, 13);
  scores[arr$len(scores) - (bug ? 0 : 1)] = 21;  // BUG
  arr$free(scores);
}

// The element before the first.
PROGRAM(negative_index) {
  mem$scope(tmem$, _) {
    arr$(int) sums = arr$new(sums, _);
    arr$pushm(sums, 1, 2, 3);
    for (int i = bug ? 0 : 1; i < 3; ++i) sums[i] += sums[i - 1];  // BUG
  }
}

// A field that no one has set is used as an index.
struct Player {
  char name[12];
  unsigned team;
};

PROGRAM(uninitialized_index) {
  arr$(int) scores = arr$new(scores, mem$);
  arr$pushm(scores, 0, 0);
  Player* player = mem$malloc(mem$, sizeof(Player));
  if (!bug) player->team = 1;
  scores[bugs::hide(player)->team] += 1;  // BUG
  mem$free(mem$, player);
  arr$free(scores);
}

// Deleting while walking forward, with the length from before.
PROGRAM(delete_past_end) {
  arr$(int) jobs = arr$new(jobs, mem$);
  arr$pushm(jobs, 1, 2, 3);
  const size_t length = arr$len(jobs);
  for (size_t i = 0; i < length; ++i) arr$del(jobs, bug ? i : 0);  // BUG
  arr$free(jobs);
}

// A loop is told the capacity, and there are fewer elements.
PROGRAM(each_past_end) {
  arr$(int) list = arr$new(list, mem$, .capacity = 16);
  arr$pushm(list, 1, 2, 3);
  int sum = 0;
  for$each (x, list, bug ? arr$cap(list) : arr$len(list)) sum += x;  // BUG
  bugs::use(sum);
  arr$free(list);
}

// The newest entry of a list in which nothing is yet.
PROGRAM(last_of_empty) {
  arr$(int) history = arr$new(history, mem$);
  if (!bug) arr$push(history, 1);
  arr$last(history) += 1;  // BUG
  arr$free(history);
}

// One closing bracket too many.
PROGRAM(pop_of_empty) {
  mem$scope(tmem$, _) {
    arr$(char) open = arr$new(open, _);
    for (const char* p = bug ? "(())) " : "(()) "; *p != '\0'; ++p) {
      if (*p == '(') arr$push(open, *p);
      if (*p == ')') bugs::use(arr$pop(open));  // BUG
    }
  }
}

// A pointer to the last element, used after that was removed.
PROGRAM(write_past_length) {
  arr$(int) jobs = arr$new(jobs, mem$);
  arr$pushm(jobs, 1, 2, 3);
  int* job = &arr$last(jobs);
  if (bug) arr$pop(jobs);
  *bugs::hide(job) = 0;  // BUG
  arr$free(jobs);        // FOUND
}

// The room that an array in temporary memory has reserved, filled past its length.
PROGRAM(write_past_length_in_scope) {
  mem$scope(tmem$, _) {
    arr$(char) line = arr$new(line, _, .capacity = 100);
    arr$push(line, '>');
    char* end = bugs::hide(line.data()) + 1;
    if (bug) end[3] = ' ';  // BUG
    for (int i = 0; i < 10; ++i) {
      arr$push(line, 'x');  // FOUND
    }
  }
}

// Sorting by insertion looks one place too far to the left, and moves it.
static void insert(int* values, int n, int value) {
  int at = n;
  while (at > 0 && values[at - 1] > value) {
    values[at] = values[at - 1];
    --at;
  }
  values[at] = value;
}

PROGRAM(underflow_of_array) {
  arr$(int) values = arr$new(values, mem$);
  arr$pushm(values, 1, 2, 3);
  insert(bugs::hide(&values[0]) - (bug ? 1 : 0), bug ? 0 : 2, 0);  // BUG
  arr$free(values);                                                // FOUND
}
