// One line each of what a person may write with each macro, for the test that compiles it with
// a strict user's warnings; it runs, too, and says where a line does not do what it says.
//
// Each USE is one such line: an expression, which must be true. Numbers are ints where a
// person would have ints.
#include <stdint.h>
#include <string.h>

#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cex/cex.h"

namespace {

int failed = 0;
int lines = 0;

void use(bool as_it_says, int line) {
  ++lines;
  if (as_it_says) return;
  ++failed;
  std::printf("line %d does not do what it says\n", line);
}
#define USE(...) use((__VA_ARGS__) ? true : false, __LINE__)

struct Key {
  int x;
  int y;
};
struct Point {
  int x;
  int y;
};
struct Node {
  Node* next;
  int id;
};
struct Entry {
  int key;
  int value;
  char note[8];
};
struct Named {
  char key[16];
  int value;
};
struct Holder {
  arr$(int) list;
  hm$(int, int) map;
};
enum Color { kRed, kGreen };
enum class Size : uint8_t { kSmall, kLarge };
struct Bits {
  unsigned low : 3;
  unsigned high : 29;
};
struct alignas(64) Line {
  int x;
};
template <typename A, typename B>
struct Two {
  A a;
  B b;
};
using IntAndChar = Two<int, char>;
template <int A, int B>
constexpr int sum() {
  return A + B;
}

int by_value(const void* x, const void* y) {
  return *static_cast<const int*>(x) - *static_cast<const int*>(y);
}
int total(const int* p, size_t n) {
  int all = 0;
  for (size_t i = 0; i < n; ++i) all += p[i];
  return all;
}
void add(arr$(int) & list, int x) { arr$push(list, x); }

void memory(IAllocator a, int n) {
  const size_t size = 16;
  char* text = mem$malloc(a, 16);
  int* numbers = mem$calloc(a, 4, sizeof(int));
  USE(text != nullptr && numbers[3] == 0);
  Node* node = mem$malloc(a, sizeof(Node));
  USE(node);
  USE(mem$malloc(a, 0) == nullptr);
  USE(!mem$malloc(a, 0));
  double* aligned = mem$malloc(a, 8 * sizeof(*aligned), 64);
  USE(mem$aligned_pointer(aligned, 64));
  char* maybe = n != 0 ? mem$malloc(a, 8) : nullptr;
  USE(maybe != nullptr);
  char* null = n == 0 ? mem$malloc(a, 8) : NULL;
  USE(null == NULL);
  char* other = n == 0 ? nullptr : mem$calloc(a, 1, 8);
  USE(other[7] == 0);
  char* same = n != 0 ? mem$malloc(a, 8) : mem$malloc(a, 16);
  USE(same != nullptr);
  char* either = n != 0 ? text : mem$malloc(a, 8);
  USE(either == text);
  auto kept = mem$malloc(a, 8);
  USE(kept != nullptr && nullptr != kept && kept.get() != nullptr);
  void* raw = mem$malloc(a, size);
  USE(raw != nullptr);
  if (char* p = mem$malloc(a, size)) USE((mem$free(a, p), p == nullptr));
  char* bigger = mem$realloc(a, text, 32);
  USE(bigger != nullptr);
  text = bigger;
  int* more = mem$realloc(a, NULL, 8 * sizeof(int));
  USE(more != nullptr);
  int* again = mem$realloc(a, nullptr, sizeof(int[2]));
  USE(again != nullptr);
  const char* constant = mem$malloc(a, 3);
  mem$free(a, constant);
  USE(constant == nullptr);
  mem$free(a, NULL);
  mem$free(a, nullptr);
  mem$free(a, kept.get());
  mem$free(a, n != 0 ? raw : nullptr);
  Point* point = mem$new(a, Point, 1, 2);
  USE(point->x == 1 && point->y == 2);
  Point* zero = mem$new(a, Point);
  USE(zero->x == 0 && zero->y == 0);
  int* one = mem$new(a, int, 1);
  USE(*one == 1);
  auto* pair = mem$new(a, IntAndChar, 1, 'b');
  USE(pair->b == 'b');
  std::array<int, 4>* array = mem$calloc(a, 1, sizeof(std::array<int, 4>));
  USE((*array)[0] == 0);
  Key* keys = static_cast<Key*>(mem$malloc(a, sizeof(Key) * 2));
  USE(keys != nullptr);
  Key* cast = (mem$malloc(a, sizeof(Key)));
  USE(cast != nullptr);
  mem$free(a, numbers), mem$free(a, node), mem$free(a, aligned), mem$free(a, maybe);
  mem$free(a, null), mem$free(a, other), mem$free(a, same), mem$free(a, text), mem$free(a, more);
  mem$free(a, again), mem$free(a, point), mem$free(a, zero), mem$free(a, one), mem$free(a, pair);
  mem$free(a, array), mem$free(a, keys), mem$free(a, cast);
  USE(mem$is_power_of2(64));
  USE(mem$is_power_of2(sizeof(int)) && !mem$is_power_of2(0U));
  USE(mem$aligned_round(13, 8) == 16);
  USE(mem$aligned_round(size + 1, sizeof(void*)) == 24);
  USE(mem$aligned_pointer(&failed, alignof(int)));
  char buffer[64] = {};
  mem$asan_poison(buffer, 8);
  USE(mem$asan_poison_check(buffer, 8) || mem$asan_enabled());
  mem$asan_unpoison(buffer, sizeof(buffer));
}

void scopes(int n) {
  const int page_size = 4096;
  mem$arena(page_size, a) USE(mem$malloc(a, 100) != nullptr);
  mem$arena(n * 1024, a) {
    USE(AllocatorArena.stats(a).scope_depth == 0);
  }
  mem$arena(4096u, a)
    mem$scope(a, b) USE(mem$malloc(b, 1) != nullptr);
  mem$arena(64 << 10, _) {
    mem$scope(_, _) {
      mem$scope(_, _) USE(mem$malloc(_, 1) != nullptr);
    }
  }
  mem$scope(tmem$, _) USE(mem$malloc(tmem$, 10) != nullptr && tmem$ == _);
  mem$scope(tmem$, unused) {
  }
  for (int i = 0; i < 3; ++i)
    mem$scope(tmem$, _) {
      if (i == 1) continue;
      if (i == 2) break;
    }
  mem$scope(tmem$, outer)
    mem$scope(tmem$, inner) USE(outer != inner);
  IAllocator arena = AllocatorArena.create(4096);
  USE(arena != nullptr && !AllocatorArena.owns(arena, &n));
  mem$scope(arena, _) USE(AllocatorArena.stats(arena).scope_depth == 1);
  AllocatorArena.destroy(arena);
  alignas(64) static char buffer[4096];
  IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  USE(fixed != nullptr);
  arr$(int) in_buffer = arr$new(in_buffer, fixed);
  USE(arr$push(in_buffer, 1) != nullptr);
  AllocatorFixed.destroy(fixed);
}

void arrays(IAllocator a, int n) {
  arr$(int) list = arr$new(list, a);
  arr$(int) sized = arr$new(sized, a, .capacity = n);
  arr$(char) text = arr$new(text, a, .capacity = sizeof("text"));
  arr$(Point) points;
  USE(points == nullptr && !points);
  arr$new(points, a);
  arr$(arr$(int)) nested = arr$new(nested, a);
  arr$(const char*) names = NULL;
  USE(names == NULL && arr$len(names) == 0);
  if (arr$try_new(names, a) == nullptr) return;
  arr$(Two<int, char>) twos = arr$new(twos, a);
  arr$(std::string_view) views = arr$new(views, a);
  Holder holder = {};
  holder.list = arr$new(holder.list, a);
  USE(*arr$push(list, 1) == 1);
  USE(arr$push(list, n) == &list[1]);
  USE(*arr$push(list, sum<1, 2>()) == 3);
  USE(*arr$push(list, list[0]) == 1);
  USE(*arr$push(list, static_cast<int>('a')) == 'a');
  USE(arr$push(points, 1, 2)->y == 2);
  USE(arr$push(points, {3, 4})->x == 3);
  USE(arr$push(points, Point{5, 6})->y == 6);
  USE(arr$push(points, {.x = 7, .y = 8})->x == 7);
  USE(arr$push(points, Point())->x == 0);
  USE(arr$push(points)->y == 0);
  USE(arr$push(twos, 1, 'x')->b == 'x');
  USE(arr$push(twos, Two<int, char>{2, 'y'})->a == 2);
  arr$(Bits) bits = arr$new(bits, a);
  USE(arr$push(bits, 3, 4)->high == 4 && arr$push(bits, 3U, 4U)->low == 3);
  arr$free(bits);
  USE(arr$push(views, "abc")->size() == 3);
  USE(arr$push(names, "name") != nullptr);
  USE(*arr$push(text, 'c') == 'c');
  USE(arr$push(nested, list) != nullptr && nested[0][0] == 1);
  USE(*arr$push(holder.list, 1) == 1);
  add(list, 5);
  USE(arr$last(list) == 5);
  USE(arr$try_push(list, 6) != nullptr);
  USE(arr$pushm(list, 1, 2, 3)[2] == 3);
  USE(arr$pushm(points, {1, 2}, {3, 4})[1].x == 3);
  USE(arr$pushm(names, "a", "b") != nullptr);
  USE(arr$try_pushm(list, 1) != nullptr);
  const int fixed[] = {7, 8};
  USE(*arr$pusha(list, fixed) == 7);
  USE(arr$pusha(list, fixed, 2)[1] == 8);
  USE(arr$pusha(list, fixed, n - n + 1) != nullptr);
  USE(arr$pusha(list, &list[0], 2) != nullptr);
  USE(arr$pusha(list, list) != nullptr);
  USE(arr$pusha(list, std::vector<int>{1, 2})[1] == 2);
  USE(arr$pusha(list, std::array<int, 2>{3, 4})[1] == 4);
  USE(arr$pusha(text, "literal") != nullptr);
  USE(arr$pusha(text, std::string("string"))[0] == 's');
  USE(arr$try_pusha(list, std::span(fixed)) != nullptr);
  USE(*arr$ins(list, 0, 9) == 9 && list[0] == 9);
  USE(arr$ins(points, 0, {1, 1})->x == 1);
  USE(arr$ins(points, arr$len(points), Point{2, 2})->x == 2);
  USE(arr$try_ins(list, n - 5, 3) != nullptr);
  arr$del(list, 0);
  arr$del(list, arr$len(list) - 1);
  arr$delswap(list, n - 5);
  arr$del(list, sum<0, 1>());
  USE(arr$at(list, 0) == list[0]);
  USE(arr$at(list, sum<0, 0>()) == *list);
  USE(arr$at(list, kRed) == list[kRed]);
  USE(arr$pop(list) >= 0);
  USE(arr$last(points).x == 2);
  arr$last(list) = 3;
  USE(arr$len(list) > 5 && arr$len(fixed) == 2 && arr$len("abc") == 4);
  USE(arr$cap(list) >= arr$len(list));
  arr$setcap(list, n + 100);
  arr$setcap(list, 200u);
  USE(arr$try_setcap(list, 300) && arr$cap(list) == 300);
  USE(arr$grow_check(list, n));
  USE(arr$grow_check(list, sizeof(int)));
  arr$sort(list);
  arr$sort(list, by_value);
  arr$sort(list, [](int x, int y) { return x < y; });
  arr$sort(points, [](const Point& x, const Point& y) { return x.x - y.x; });
  arr$sort(list, [](const int& x, const int& y) -> bool { return y < x; });
  arr$sort(names, [](const char* x, const char* y) { return strcmp(x, y); });
  int all = 0;
  for$each (x, list) all += x;
  for$eachp (p, points) all += p->x;
  for$each (x, fixed) all += x;
  for$each (x, fixed, 1) all += x;
  for$each (x, &fixed[0], n - 4) all += x;
  for$each (x, list, n - 5) all += x;
  for$each (x, std::vector<int>{1, 2}) all += x;
  for$each (c, "literal") all += c;
  for$eachp (p, fixed, 2) all += *p;
  nested[0] = list;
  for$each (inner, nested)
    for$each (x, inner) all += x;
  for (const int x : list) all += x;
  for (const auto& [x, y] : points) all += x + y;
  USE(all > 0);
  USE(total(list, arr$len(list)) != 0);
  USE(list.data() == &list[0] && list.size() == arr$len(list));
  USE(std::span<const int>(list).size() == arr$len(list));
  arr$clear(list);
  USE(arr$len(list) == 0 && list.empty());
  arr$free(list), arr$free(sized), arr$free(text), arr$free(points), arr$free(nested);
  arr$free(names), arr$free(twos), arr$free(views), arr$free(holder.list);
  USE(list == nullptr && list == NULL && holder.list == nullptr);
}

void maps(IAllocator a, int n) {
  hm$(int, int) m = hm$new(m, a);
  hm$(const char*, int) ages = hm$new(ages, a, .capacity = n, .copy_keys = true);
  hm$(char*, Point) places = hm$new(places, a, .copy_keys_arena_pgsize = 1024);
  hm$(std::string_view, int) views = hm$new(views, a, .seed = 1);
  hm$(Key, Point) cells = hm$new(cells, a);
  hm$(Size, const char*) sizes = hm$new(sizes, a);
  hm$(Two<int, int>, int) twos = hm$new(twos, a);
  hm$(Node*, int) nodes = hm$new(nodes, a);
  hm$(uint8_t[4], int) addresses = hm$new(addresses, a);
  hm$(const unsigned char*, int) bytes = hm$new(bytes, a);
  hm$(const char8_t*, int) utf8 = hm$new(utf8, a);
  hm$s(Entry) entries = hm$new(entries, a);
  hm$s(Named) named = hm$new(named, a);
  hm$(int, arr$(int)) lists = hm$new(lists, a);
  hm$(bool, int) none = NULL;
  USE(hm$try_new(none, a) != nullptr);
  Holder holder = {};
  hm$new(holder.map, a);
  USE(hm$set(m, 1, 10)->value == 10);
  USE(hm$set(m, n, n)->key == n);
  USE(hm$set(m, sum<1, 2>(), 4)->value == 4);
  USE(hm$set(cells, {1, 2}, {3, 4})->value.y == 4);
  USE(hm$set(cells, Key{3, 4}, Point{5, 6})->key.y == 4);
  USE(hm$set(cells, (Key{5, 6}), {.x = 7, .y = 8})->value.x == 7);
  USE(hm$set(ages, "ann", 41) != nullptr);
  USE(hm$set(ages, std::string("eve").c_str(), 5) != nullptr);
  USE(hm$set(places, "here", {1, 2}) != nullptr);
  USE(hm$set(views, "view", 1) != nullptr);
  USE(hm$set(views, std::string_view("viewed").substr(0, 3), 2)->key == "vie");
  USE(hm$set(sizes, Size::kLarge, "large") != nullptr);
  USE(hm$set(twos, {1, 2}, 3) != nullptr);
  USE(hm$set(twos, Two<int, int>{3, 4}, 5) != nullptr);
  USE(hm$set(nodes, nullptr, 1) != nullptr);
  USE(hm$set(addresses, {127, 0, 0, 1}, 1) != nullptr);
  const uint8_t address[4] = {10, 0, 0, 1};
  USE(hm$set(addresses, address, 2)->key[0] == 10);
  const unsigned char data[] = "data";
  USE(hm$set(bytes, data, 3) != nullptr);
  USE(hm$set(utf8, u8"gr\u00fc\u00df", 4) != nullptr);
  USE(hm$set(lists, 1, arr$(int)()) != nullptr);
  USE(hm$set(named, "name", 1)->value == 1);
  USE(hm$set(entries, 1, 2)->note[0] == 0);
  USE(hm$set(none, true, 1) != nullptr);
  USE(hm$set(holder.map, 1, 1) != nullptr);
  USE(hm$try_set(m, 2, 20) != nullptr);
  USE(hm$try_set(cells, {7, 8}, {}) != nullptr);
  *hm$setp(m, 9) += 1;
  *hm$setp(ages, "bob") += 1;
  hm$setp(cells, {9, 9})->x = 3;
  USE(hm$setp(cells, Key{9, 9})->x == 3);
  USE(*hm$try_setp(m, 9) == 1);
  USE(arr$new(*hm$setp(lists, 2), a) != nullptr);
  USE(hm$sets(entries, 3, 4)->note[1] == 0);
  USE(hm$sets(entries, {.key = 4, .value = 5, .note = "five"})->value == 5);
  USE(hm$sets(entries, Entry{5, 6, ""})->key == 5);
  USE(hm$sets(named, "other", 7)->value == 7);
  USE(hm$sets(named, {"third", 8})->value == 8);
  USE(hm$sets(addresses, address, 3)->value == 3);
  USE(hm$sets(m, 30, 31)->value == 31);
  USE(hm$sets(cells, Key{30, 31}, Point{1, 2})->value.x == 1);
  USE(hm$sets(m, {40, 41})->key == 40);
  USE(hm$try_sets(m, 50, 51) != nullptr);
  USE(hm$get(m, 1) == 10);
  USE(hm$get(m, 77) == 0);
  USE(hm$get(m, 77, -1) == -1);
  USE(hm$get(m, n - 5 + 76, n) == n);
  USE(hm$get(m, sum<30, 0>()) == 31);
  USE(hm$get(cells, Key{1, 2}).y == 4);
  USE(hm$get(cells, {1, 2}).x == 3);
  USE(hm$get(cells, Key{0, 0}, Point{9, 9}).x == 9);
  USE(hm$get(cells, {0, 0}, {8, 9}).x == 8);
  USE(hm$get(cells, {0, 0}, {}).x == 0);
  USE(hm$get(twos, Two<int, int>{1, 2}) == 3);
  USE(hm$get(ages, "ann") == 41);
  USE(hm$get(ages, "nobody", 7) == 7);
  USE(strcmp(hm$get(sizes, Size::kLarge, ""), "large") == 0);
  USE(hm$get(sizes, Size::kSmall) == nullptr);
  USE(hm$get(sizes, Size::kSmall, NULL) == nullptr);
  USE(hm$get(addresses, address) == 3);
  USE(hm$get(addresses, {127, 0, 0, 1}) == 1);
  const std::string copy = "data";
  USE(hm$get(bytes, reinterpret_cast<const unsigned char*>(copy.c_str())) == 3);
  const std::u8string umlauts = u8"gr\u00fc\u00df";
  USE(hm$get(utf8, umlauts.c_str()) == 4);
  USE(hm$get(named, std::string("name")) == 1);
  USE(hm$get(views, std::string("view"), 0) == 1);
  USE(hm$get(nodes, NULL) == 1);
  USE(hm$get(none, true) == 1 && hm$get(none, false) == 0);
  USE(*hm$getp(m, 1) == 10);
  USE(hm$getp(cells, {1, 2})->x == 3);
  USE(hm$getp(cells, Key{100, 2}) == nullptr);
  if (int* age = hm$getp(ages, "ann")) USE(++*age == 42);
  if (const auto* cell = hm$gets(cells, Key{1, 2})) USE(cell->value.x == 3);
  USE(hm$gets(entries, 3)->value == 4);
  USE(hm$gets(named, "no") == nullptr);
  USE(hm$del(m, 1));
  USE(!hm$del(m, 1));
  USE(hm$del(cells, {1, 2}));
  USE(hm$del(cells, Key{3, 4}));
  USE(hm$del(ages, "bob"));
  USE(hm$del(addresses, address));
  USE(hm$len(m) > 3 && arr$len(m) == hm$len(m));
  USE(m[0].key == m.data()->key && m[hm$len(m) - 1].value != 0);
  hm$reserve(m, n * 10);
  hm$reserve(m, 100u);
  USE(hm$try_reserve(m, sizeof(int) * 100));
  hm$shrink(m);
  int all = 0;
  for$each (entry, m) all += entry.value;
  for$eachp (entry, cells) entry->value.x += 1;
  for (const auto& [key, value] : m) all += key + value;
  for (auto& entry : entries) all += entry.value;
  USE(all != 0);
  hm$clear(m);
  USE(hm$len(m) == 0 && m.empty());
  arr$free(*hm$getp(lists, 2));
  hm$free(m), hm$free(ages), hm$free(places), hm$free(views), hm$free(cells), hm$free(sizes);
  hm$free(twos), hm$free(nodes), hm$free(addresses), hm$free(bytes), hm$free(utf8);
  hm$free(entries), hm$free(named), hm$free(lists), hm$free(none), hm$free(holder.map);
  USE(m == nullptr && !m && hm$len(m) == 0);
}

void flat_maps(IAllocator a, int n) {
  hf$(int, int) m = hf$new(m, a, .capacity = n);
  hf$(const char*, int) ages = hf$new(ages, a, .copy_keys = true);
  hf$(Key, Point) cells = hf$new(cells, a);
  hf$s(Named) named = hf$new(named, a);
  hf$(int, Line) lines_of = hf$new(lines_of, a);
  USE(mem$aligned_pointer(hf$set(lines_of, 1, {2}), 64) && hf$get(lines_of, 1).x == 2);
  hf$free(lines_of);
  hf$(bool, int) none = NULL;
  USE(hf$try_new(none, a) != nullptr);
  USE(hf$set(m, 1, 10)->value == 10);
  USE(hf$set(cells, {1, 2}, {3, 4})->value.y == 4);
  USE(hf$set(ages, "ann", 41) != nullptr);
  USE(hf$try_set(m, 2, 20) != nullptr);
  *hf$setp(m, 9) += 1;
  USE(*hf$try_setp(m, 9) == 1);
  USE(hf$sets(named, "other", 7)->value == 7);
  USE(hf$try_sets(named, {"third", 8})->value == 8);
  USE(hf$get(m, 77, -1) == -1);
  USE(hf$get(cells, {0, 0}, {}).x == 0);
  USE(*hf$getp(m, 1) == 10);
  USE(hf$gets(named, "no") == nullptr);
  const int keys[] = {1, 77};
  int* values[2];
  hf$getp_many(m, keys, 2, values);
  USE(*values[0] == 10 && values[1] == nullptr);
  USE(hf$del(m, 1) && !hf$del(m, 1));
  USE(hf$erase_if(m, [](const auto& entry) { return entry.value == 20; }) == 1);
  hf$reserve(m, n * 10);
  USE(hf$try_reserve(m, 100u) && hf$shrink(m));
  int all = 0;
  for$each (entry, m) all += entry.value;
  for$eachp (entry, cells) entry->value.x += 1;
  for (const auto& [key, value] : m) all += key + value;
  USE(all != 0 && arr$len(m) == hf$len(m));
  hf$clear(m);
  hf$free(m), hf$free(ages), hf$free(cells), hf$free(named), hf$free(none);

  hm$(int, int) ordered = hm$new(ordered, a);
  for (int i = 0; i < 5; ++i) hm$set(ordered, i, i);
  USE(hm$del_ordered(ordered, 0) && arr$at(ordered, 0).key == 1);
  hm$getp_many(ordered, keys, 2, values);
  USE(*values[0] == 1);
  USE(hm$erase_if(ordered, [](const auto& entry) { return entry.key > 2; }) == 2);
  hm$free(ordered);
  arr$(char) text = arr$new(text, a);
  USE(arr$pushf(text, "%d of %s", n, "five")[0] == '5');
  USE(arr$try_pushf(text, "!") != nullptr);
  USE(arr$erase_if(text, [](char c) { return c == ' '; }) == 2);
  arr$free(text);
}

}  // namespace

int main() {
  memory(mem$, 5);
  scopes(5);
  arrays(mem$, 5);
  maps(mem$, 5);
  flat_maps(mem$, 5);
  std::printf("%d lines, %d of them wrong\n", lines, failed);
  return failed == 0 ? 0 : 1;
}
