#include <gtest/gtest.h>

#include "docs/snippets/runner.h"

// [is_palindrome]
#include <cstdio>
#include <cstring>

#include "cex/cex.h"
// [end]

namespace {

// [is_palindrome]
bool is_palindrome(const char* text) {
  mem$scope(tmem$, _) {
    const size_t length = strlen(text);
    char* reversed = mem$malloc(_, length + 1);
    if (reversed == nullptr) return false;  // leaves the scope, too
    for (size_t i = 0; i < length; ++i) reversed[i] = text[length - 1 - i];
    reversed[length] = '\0';
    return strcmp(text, reversed) == 0;
  }
}
// [end]

void use_is_palindrome() {
  // [use_is_palindrome]
  const char* words[] = {"level", "scope"};
  for$each (word, words) {
    printf("%s: %s\n", word, is_palindrome(word) ? "yes" : "no");
  }
  // [end]
}

TEST(Scopes, UseIsPalindrome) {
  guide::expect_output(use_is_palindrome, R"(
level: yes
scope: no
)");
}

void nesting() {
  // [nesting]
  mem$scope(tmem$, _) {
    char* kept = mem$malloc(_, 100);
    strcpy(kept, "still here");
    for (int i = 0; i < 1000; ++i) {
      mem$scope(tmem$, inner) {
        char* scratch = mem$malloc(inner, 1000);  // in a release, the same bytes each time
        strcpy(scratch, "gone");
      }
    }
    puts(kept);
  }
  // [end]
}

TEST(Scopes, Nesting) {
  guide::expect_output(nesting, R"(
still here
)");
}

void arena_scope() {
  // [arena_scope]
  IAllocator arena = AllocatorArena.create(4096);
  char* name = nullptr;
  mem$scope(arena, scratch) {
    char* big = mem$malloc(scratch, 100000);  // more than a page: gets one of its own
    big[99999] = 'x';
    name = mem$malloc(arena, 100);  // the arena's, though a scope is open
    strcpy(name, "as old as the arena");
  }  // `big` and its page are gone
  puts(name);
  AllocatorArena.destroy(arena);
  // [end]
}

TEST(Scopes, ArenaScope) {
  guide::expect_output(arena_scope, R"(
as old as the arena
)");
}

void the_rule() {
  // [the_rule]
  mem$scope(tmem$, outer) {
    arr$(char*) lines = arr$new(lines, outer);
    for (int i = 0; i < 100; ++i) {
      mem$scope(tmem$, inner) {
        char* scratch = mem$malloc(inner, 1000);  // gone at the end of this round
        int length = snprintf(scratch, 1000, "line %d", i);
        char* line = mem$malloc(outer, static_cast<size_t>(length) + 1);  // stays
        arr$push(lines, strcpy(line, scratch));                           // grows in `outer`, too
      }
    }
    printf("%zu lines, the last is \"%s\"\n", arr$len(lines), arr$last(lines));
  }
  // [end]
}

TEST(Scopes, TheRule) {
  guide::expect_output(the_rule, R"(
100 lines, the last is "line 99"
)");
}

// [sorted_words]
// `text` with its words sorted, in memory of `a`.
char* sorted_words(IAllocator a, const char* text) {
  mem$scope(tmem$, _) {
    const size_t size = strlen(text) + 1;
    char* copy = mem$malloc(_, size);
    if (copy == nullptr) return nullptr;
    memcpy(copy, text, size);

    arr$(char*) words = arr$new(words, _);
    for (char* word = strtok(copy, " "); word != nullptr; word = strtok(nullptr, " ")) {
      arr$push(words, word);
    }
    arr$sort(words, [](const char* x, const char* y) { return strcmp(x, y) < 0; });

    char* result = mem$calloc(a, 1, size);  // the only thing that outlives the scope
    if (result == nullptr) return nullptr;
    for$each (word, words) {
      if (result[0] != '\0') strcat(result, " ");
      strcat(result, word);
    }
    return result;
  }
}
// [end]

void use_sorted_words() {
  // [use_sorted_words]
  char* text = sorted_words(mem$, "to be or not to be");
  puts(text);
  mem$free(mem$, text);

  mem$scope(tmem$, _) puts(sorted_words(tmem$, "that is the question"));
  // [end]
}

TEST(Scopes, UseSortedWords) {
  guide::expect_output(use_sorted_words, R"(
be be not or to to
is question that the
)");
}

void realloc_across() {
// [realloc_across]
#line 1 "example.cc"
  mem$scope(tmem$, _) {
    char* p2 = mem$malloc(_, 100);
    mem$scope(tmem$, inner) {
      p2 = mem$realloc(inner, p2, 110241024);  // would be gone two lines below
    }
    if (p2[128] == '0') puts("oops");
  }
  // [end]
}

TEST(Scopes, ReallocAcross) {
  guide::expect_report(realloc_across, R"(
cex: example.cc:4: realloc across scopes: …
    the block: 100 bytes, allocated at example.cc:2…
)");
}

void ended_scope() {
// [ended_scope]
#line 1 "example.cc"
  IAllocator kept = mem$;
  mem$scope(tmem$, _) kept = _;
  char* text = mem$malloc(kept, 100);
  // [end]
}

TEST(Scopes, EndedScope) {
  guide::expect_report(ended_scope, R"(
cex: example.cc:3: the allocator of a scope that has ended is used
    the scope: opened at example.cc:2, ended at example.cc:2
)");
}

void stale_array() {
// [stale_array]
#line 1 "example.cc"
  arr$(int) leaked_out = NULL;
  mem$scope(tmem$, _) {
    leaked_out = arr$new(leaked_out, _);
    arr$push(leaked_out, 1);
  }
  arr$push(leaked_out, 2);
  // [end]
}

TEST(Scopes, StaleArray) {
  guide::expect_report(stale_array, R"(
cex: example.cc:6: arr$push: use of an array that is no longer there
  it was freed, or moved when a copy of this handle made it grow, or the mem$scope that it was allocated in has ended
)");
}

}  // namespace
