// Returning data in the caller's memory: a function that makes something takes an allocator for it,
// so the caller decides how long it lives.
//
//   return_to_caller TEXT      prints the words of TEXT, made in four kinds of memory
#include <cctype>
#include <cstdio>
#include <cstring>

#include "cex/arena.h"
#include "cex/collections.h"
#include "cex/fixed.h"
#include "cex/tempmem.h"

namespace {

// The words of `text`, in memory of `a`: the array and the words too. Null when there
// is none, and then nothing stays allocated.
arr$(char*) words_of(IAllocator a, const char* text) {
  arr$(char*) words = arr$try_new(words, a, .capacity = strlen(text) / 2 + 1);
  if (words == nullptr) return words;
  for (const char* at = text; *at != '\0';) {
    const size_t length = strcspn(at, " ");
    if (length != 0) {
      char* const word = mem$malloc(a, length + 1);
      if (word == nullptr) {
        while (arr$len(words) != 0) mem$free(a, arr$pop(words));
        arr$free(words);
        return words;
      }
      memcpy(word, at, length);
      word[length] = '\0';
      arr$push(words, word);  // there is room: see .capacity
    }
    at += length + (at[length] == ' ');
  }
  return words;
}

void print(const char* where, const arr$(char*) & words) {
  if (words == nullptr) {
    std::printf("%s: no memory\n", where);
    return;
  }
  std::printf("%s:", where);
  for$each (word, words) std::printf(" %s", word);
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || strcmp(argv[1], "--help") == 0) {
    std::fprintf(argc == 2 ? stdout : stderr, "usage: return_to_caller TEXT\n");
    return argc == 2 ? 0 : 2;
  }
  const char* const text = argv[1];

  arr$(char*) on_heap = words_of(mem$, text);  // as long as we like, and ours to free
  print("heap", on_heap);
  for$each (word, on_heap) mem$free(mem$, word);
  arr$free(on_heap);

  mem$arena(4096, arena) print("arena", words_of(arena, text));  // as long as the arena
  mem$scope(tmem$, _) print("temporary", words_of(_, text));     // until the brace

  char buffer[4096];  // until the function returns
  print("stack", words_of(AllocatorFixed.create(buffer, sizeof(buffer)), text));
  return 0;
}
