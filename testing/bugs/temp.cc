// tmem$: outside of scopes, of another thread, and results that go with a scope.
#include <stdio.h>
#include <string.h>

#include <thread>

#include "cex/arr.h"
#include "cex/tempmem.h"
#include "testing/bugs/program.h"

// Temporary memory without anything that ends it.
static char* greeting(IAllocator a) {
  char* text = mem$malloc(a, 30);  // BUG
  return text;
}

PROGRAM(temp_outside_scope) {
  if (bug) {
    bugs::use(greeting(tmem$));
  } else {
    mem$scope(tmem$, _) {
      bugs::use(greeting(_));
    }
  }
}

// tmem$ is passed to a thread, which has one of its own.
PROGRAM(temp_of_another_thread) {
  mem$scope(tmem$, _) {
    const IAllocator mine = _;
    std::thread worker([mine, bug] {
      mem$scope(tmem$, own) {
        char* p = mem$malloc(bug ? mine : own, 10);  // BUG
        bugs::use(p);
      }
    });
    worker.join();
  }
}

// A function names tmem$ for its result, in place of the allocator that it was given: in a
// scope of its own that is the scope's.
static char* joined(IAllocator a, const char* dir, const char* name, bool bug) {
  mem$scope(tmem$, _) {
    char* scratch = mem$malloc(_, 100);
    strcpy(scratch, dir);
    strcat(scratch, name);
    char* result = mem$malloc(bug ? tmem$ : a, strlen(scratch) + 1);
    return strcpy(result, scratch);
  }
}

PROGRAM(temp_named_in_own_scope) {  // FOUND
  mem$scope(tmem$, _) {
    char* path = bugs::hide(joined(_, "/etc/", "hosts", bug));
    path[0] = '\\';  // BUG
  }
}

// A function returns what it made in its own scope.
static arr$(int) digits_of(IAllocator a, int n, bool bug) {
  arr$(int) digits = nullptr;
  mem$scope(tmem$, _) {
    arr$new(digits, bug ? _ : a);
    for (; n != 0; n /= 10) arr$push(digits, n % 10);
  }
  return digits;
}

PROGRAM(temp_array_returned) {
  arr$(int) digits = digits_of(mem$, 1234, bug);
  bugs::use(arr$len(digits));  // BUG
  arr$free(digits);
}

// As for an array, with a plain pointer: what is read there is anyone's guess.
static char* label_of(IAllocator a, int n, bool bug) {
  char* label = nullptr;
  mem$scope(tmem$, _) {
    label = mem$malloc(bug ? _ : a, 32);
    snprintf(label, 32, "item %d", n);
  }
  return bugs::hide(label);
}

PROGRAM(temp_string_returned) {
  char* label = label_of(mem$, 7, bug);
  bugs::use(label[0] == 'i');  // BUG
  if (!bug) mem$free(mem$, label);
}
