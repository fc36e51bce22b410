#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cex/cex.h"
#include "docs/snippets/runner.h"
#include "title.h"

namespace {

// [request]
struct Request {
  const char* path;
};
// [end]

arr$(char) render(IAllocator a, const Request& request) {
  arr$(char) page = arr$new(page, a);
  arr$pusha(page, request.path, strlen(request.path));
  return page;
}

// [serve]
void serve(const Request& request) {
  mem$scope(tmem$, _) {
    arr$(char) page = render(_, request);
    printf("%.*s\n", static_cast<int>(arr$len(page)), page.data());
  }  // all that the request allocated is freed, also in functions that it called
}
// [end]

void use_serve() {
  // [use_serve]
  for (int i = 0; i < 100000; ++i) {
    mem$scope(tmem$, _) (void)render(_, {"/again"});
  }
  serve({"/index"});
  printf("%zu bytes in use\n", cex::temp_stats().bytes_in_use);
  // [end]
}

TEST(Patterns, UseServe) {
  guide::expect_output(use_serve, R"(
/index
0 bytes in use
)");
}

// [expr]
struct Expr {
  char op;
  int value;
  const Expr* left;
  const Expr* right;
};

const Expr* number(IAllocator a, int n) { return mem$new(a, Expr, '#', n, nullptr, nullptr); }
const Expr* binary(IAllocator a, char op, const Expr* x, const Expr* y) {
  return mem$new(a, Expr, op, 0, x, y);
}
int value_of(const Expr* e) {
  if (e->op == '#') return e->value;
  return e->op == '+' ? value_of(e->left) + value_of(e->right)
                      : value_of(e->left) * value_of(e->right);
}
// [end]

void use_expr() {
  // [use_expr]
  mem$arena(1 << 16, a) {
    const Expr* two = number(a, 2);  // used twice: a tree with shared parts is no problem
    printf("%d\n", value_of(binary(a, '+', two, binary(a, '*', two, number(a, 20)))));
  }
  // [end]
}

TEST(Patterns, UseExpr) {
  guide::expect_output(use_expr, R"(
42
)");
}

// [upper]
char* upper(IAllocator a, const char* text) {
  const size_t size = strlen(text) + 1;
  char* made = mem$malloc(a, size);
  for (size_t i = 0; made != nullptr && i < size; ++i) {
    made[i] = static_cast<char>(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
  }
  return made;
}
// [end]

void use_upper() {
  // [use_upper]
  char* mine = upper(mem$, "mine to free");
  mem$scope(tmem$, _) printf("%s; %s\n", mine, upper(_, "gone at the brace"));
  mem$free(mem$, mine);
  // [end]
}

TEST(Patterns, UseUpper) {
  guide::expect_output(use_upper, R"(
MINE TO FREE; GONE AT THE BRACE
)");
}

void copied_keys() {
  // [copied_keys]
  hm$(const char*, int) seen = hm$new(seen, mem$, .copy_keys = true);
  for (int i = 0; i < 6; ++i) {
    char line[16];  // the same bytes, each time round
    snprintf(line, sizeof(line), "host%d", i % 3);
    *hm$setp(seen, line) += 1;
  }
  for$each (entry, seen) printf("%s %d\n", entry.key, entry.value);
  hm$free(seen);
  // [end]
}

TEST(Patterns, CopiedKeys) {
  guide::expect_output(copied_keys, R"(
host0 2
host1 2
host2 2
)");
}

// [squares_below]
struct Numbers {
  int* at;
  size_t count;
};

// Whether there was memory for the result; `squares` is set only then.
bool squares_below(IAllocator a, int limit, Numbers& squares) {
  mem$scope(tmem$, _) {
    arr$(int) found = arr$new(found, _);
    for (int i = 0; i * i < limit; ++i) arr$push(found, i * i);
    int* copy = mem$malloc(a, arr$len(found) * sizeof(int));
    if (copy == nullptr) return false;  // the scope ends here, too
    memcpy(copy, found, arr$len(found) * sizeof(int));
    squares = {copy, arr$len(found)};
  }
  return true;
}
// [end]

void use_squares() {
  // [use_squares]
  mem$arena(4096, arena) {
    Numbers squares;
    if (!squares_below(arena, 1000, squares)) abort();
    printf("%zu squares, the last is %d\n", squares.count, squares.at[squares.count - 1]);
  }
  // [end]
}

TEST(Patterns, UseSquares) {
  guide::expect_output(use_squares, R"(
32 squares, the last is 961
)");
}

void use_squares_in_scope() {
  // [use_squares_in_scope]
  mem$scope(tmem$, _) {
    Numbers squares;
    if (!squares_below(tmem$, 50, squares)) abort();
    printf("%zu squares, the last is %d\n", squares.count, squares.at[squares.count - 1]);
  }
  // [end]
}

TEST(Patterns, UseSquaresInScope) {
  guide::expect_output(use_squares_in_scope, R"(
8 squares, the last is 49
)");
}

void fixed_memory() {
  // [fixed_memory]
  alignas(64) static char memory[4096];
  IAllocator device = AllocatorFixed.create(memory, sizeof(memory));
  for (int round = 0; round < 1000; ++round) {
    mem$scope(device, a) {
      short* samples = mem$malloc(a, 100 * sizeof(short));
      if (samples == nullptr) puts("does not fit");
    }
  }
  printf("%zu bytes in use, %d\n", AllocatorFixed.stats(device).bytes_in_use,
         mem$malloc(device, sizeof(memory)) == nullptr);
  // [end]
}

TEST(Patterns, FixedMemory) {
  guide::expect_output(fixed_memory, R"(
0 bytes in use, 1
)");
}

// [shop]
struct Shop {
  arr$(int) prices;
  hm$(const char*, int) stock;
};

Shop open_shop(IAllocator a) {
  Shop shop;
  arr$new(shop.prices, a);
  hm$new(shop.stock, a);
  return shop;
}

void close_shop(Shop& shop) {
  hm$free(shop.stock);
  arr$free(shop.prices);
}
// [end]

void use_shop() {
  // [use_shop]
  Shop shop = open_shop(mem$);
  arr$pushm(shop.prices, 3, 1, 2);
  hm$set(shop.stock, "tea", 12);
  printf("%zu prices, %d packets of tea\n", arr$len(shop.prices), hm$get(shop.stock, "tea"));
  close_shop(shop);
  // [end]
}

TEST(Patterns, UseShop) {
  guide::expect_output(use_shop, R"(
3 prices, 12 packets of tea
)");
}

void stale_handle() {
// [stale_handle]
#line 1 "example.cc"
  arr$(int) first = arr$new(first, mem$);
  arr$(int) second = first;
  for (int i = 0; i < 100; ++i) arr$push(first, i);
  printf("%zu\n", arr$len(second));
  // [end]
}

TEST(Patterns, StaleHandle) {
  guide::expect_report(stale_handle, R"(
cex: example.cc:4: arr$…
)");
}

void c_interop() {
  // [c_interop]
  mem$scope(tmem$, _) puts(make_title(_, "made in C, gone in C++"));

  arr$(int) numbers = arr$new(numbers, mem$);
  arr$pushm(numbers, 3, 1, 2);
  qsort(numbers, arr$len(numbers), sizeof(int), [](const void* x, const void* y) {
    return *static_cast<const int*>(x) - *static_cast<const int*>(y);
  });
  printf("%d first\n", numbers[0]);
  arr$free(numbers);
  // [end]
}

TEST(Patterns, CInterop) {
  guide::expect_output(c_interop, R"(
* made in C, gone in C++ *
1 first
)");
}

}  // namespace
