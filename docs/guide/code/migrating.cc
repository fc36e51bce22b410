#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <memory_resource>
#include <string>
#include <unordered_map>
#include <vector>

#include "cex/cex.h"
#include "docs/snippets/runner.h"

// [pmr_include]
#include "cex/pmr.h"  // @cex//allocator:pmr
// [end]

// clang-format off
// [words]
#include "cex/compat.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
// [end]
// clang-format on

namespace {

void pmr_before() {
  // [pmr_before]
  std::pmr::monotonic_buffer_resource pool(4096);
  std::pmr::vector<int> numbers(&pool);
  for (int i = 0; i < 100; ++i) numbers.push_back(i);
  printf("%zu\n", numbers.size());
  // [end]
}

TEST(Migrating, PmrBefore) {
  guide::expect_output(pmr_before, R"(
100
)");
}

void pmr_after() {
  // [pmr_after]
  mem$arena(4096, a) {
    arr$(int) numbers = arr$new(numbers, a);
    for (int i = 0; i < 100; ++i) arr$push(numbers, i);
    printf("%zu\n", arr$len(numbers));
  }
  // [end]
}

TEST(Migrating, PmrAfter) {
  guide::expect_output(pmr_after, R"(
100
)");
}

void pmr_resource() {
  // [pmr_resource]
  mem$scope(tmem$, _) {
    cex::PmrResource resource(_);
    std::pmr::unordered_map<int, std::pmr::string> names(&resource);
    names[1] = "nodes and letters lie in the scope";
    std::vector<int, cex::StdAllocator<int>> squares(_);
    squares.push_back(9);
    printf("%s, %d\n", names[1].c_str(), squares[0]);
  }  // the containers are destroyed first, since they are declared inside
  // [end]
}

TEST(Migrating, PmrResource) {
  guide::expect_output(pmr_resource, R"(
nodes and letters lie in the scope, 9
)");
}

void pmr_allocator() {
  // [pmr_allocator]
  std::pmr::unsynchronized_pool_resource pool;
  cex::PmrAllocator below(&pool);
  IAllocator arena = AllocatorArena.create(4096, {.backing = below.allocator()});
  strcpy(mem$malloc(arena, 10), "pooled");
  AllocatorArena.destroy(arena);
  // [end]
}

TEST(Migrating, PmrAllocator) { guide::expect_output(pmr_allocator); }

void flat_hash_map() {
  // [flat_hash_map]
  const char* text = "to be or not to be";
  mem$scope(tmem$, _) {
    hm$(std::string_view, int) counts = hm$new(counts, _);  // borrows its keys from `text`
    for (std::string_view rest = text; !rest.empty();) {
      const size_t space = rest.find(' ');
      *hm$setp(counts, rest.substr(0, space)) += 1;
      rest.remove_prefix(space == rest.npos ? rest.size() : space + 1);
    }
    for$each (entry, counts) {
      printf("%.*s %d\n", static_cast<int>(entry.key.size()), entry.key.data(), entry.value);
    }
  }
  // [end]
}

TEST(Migrating, FlatHashMap) {
  guide::expect_output(flat_hash_map, R"(
to 2
be 2
or 1
not 1
)");
}

const char* const alt_include_path[] = {"/usr/include", "/no/such/directory"};
const auto path_exists = [](const char* path) { return strcmp(path, "/usr/include") == 0; };

void cex_scope() {
  // clang-format off
// [cex_scope]
mem$scope(tmem$, _)
{
    arr$(const char*) incl_path = arr$new(incl_path, _);
    for$each (p, alt_include_path) {
        arr$push(incl_path, p);
        if (!path_exists(p)) { printf("alt_include_path not exists: %s\n", p); }
    }
}
// [end]
  // clang-format on
}

TEST(Migrating, CexScope) {
  guide::expect_output(cex_scope, R"(
alt_include_path not exists: /no/such/directory
)");
}

namespace words {
// clang-format off
// [words]
typedef struct
{
    char* key;
    u32 line;
    u32 count;
} word_s;

typedef struct
{
    IAllocator allc;
    hm$s(word_s) words;
    arr$(usize) line_ends;
} text_s;

static text_s*
text_create(IAllocator allc)
{
    text_s* self = mem$new(allc, text_s);
    if (self == NULL) { return NULL; }
    self->allc = allc;
    if (hm$try_new(self->words, allc, .copy_keys = true) == NULL) { goto fail; }    // try
    if (arr$try_new(self->line_ends, allc) == NULL) { goto fail; }                  // try
    return self;
fail:
    if (self->words != NULL) { hm$free(self->words); }
    mem$free(allc, self);
    return NULL;
}

static void
text_destroy(text_s* self)
{
    IAllocator allc = self->allc;
    hm$free(self->words);
    arr$free(self->line_ends);
    mem$free(allc, self);
}

static char*
lower(IAllocator allc, const char* word, usize len)                                 // const
{
    char* result = mem$malloc(allc, len + 1);
    if (result == NULL) { return NULL; }
    for (usize i = 0; i < len; i++) { result[i] = (char)tolower((u8)word[i]); }
    result[len] = '\0';
    return result;
}

static void
text_add(text_s* self, const char* content)                                         // const
{
    usize start = 0;
    for (usize i = 0; i == 0 || content[i - 1] != '\0'; i++) {
        if (isalpha((u8)content[i])) { continue; }
        if (i > start) {
            mem$scope(tmem$, _)
            {
                char* word = lower(_, content + start, i - start);
                word_s* found = hm$gets(self->words, word);
                if (found == NULL) {
                    found = hm$sets(                                                // order, cast
                        self->words,
                        { .key = word, .line = (u32)arr$len(self->line_ends) + 1, .count = 0 }
                    );
                }
                found->count++;
            }
        }
        if (content[i] == '\n') { arr$push(self->line_ends, i); }
        start = i + 1;
    }
}

static int
by_count(const void* a, const void* b)
{
    const word_s* x = (const word_s*)a;                                             // cast
    const word_s* y = (const word_s*)b;
    if (x->count != y->count) { return x->count < y->count ? 1 : -1; }
    return strcmp(x->key, y->key);
}

int main()
{
    IAllocator arena = AllocatorArena.create(4096);                                 // a size
    text_s* text = text_create(arena);
    if (text == NULL) { return 1; }
    text_add(text, "To be, or not to be:\nthat is the question\n");
    mem$arena_scope(1024, scratch)
    {
        arr$(word_s) top = arr$new(top, scratch);
        for$eachp (it, text->words) { arr$push(top, *it); }
        arr$sort(top, by_count);
        for$eachp (it, top) {
            usize place = (usize)(it - top) + 1;
            if (place > 3) { break; }
            printf("%d. %s: %u, line %u\n", (int)place, it->key, it->count, it->line);
        }
    }
    text_destroy(text);
    AllocatorArena.destroy(arena);
    return 0;
}
// [end]
// clang-format on
}  // namespace words

TEST(Migrating, Words) {
  guide::expect_program(words::main, R"(
1. be: 2, line 1
2. to: 2, line 1
3. is: 1, line 2
)");
}

}  // namespace
