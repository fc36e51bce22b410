// What is never null may be used at once, and no compiler warns of it: -Wnull-dereference.
#include <cstddef>
#include <string_view>

#include "cex/cex.h"

struct Point {
  int x;
  int y;
};

struct Entry {
  int key;
  Point value;
};

struct Named {
  const char* key;
  int value;
};

struct Text {
  char key[8];
  int value;
};

int use_arrays(arr$(Point) points, arr$(char) text, const Point* more, size_t n);
int use_maps(hm$s(Entry) map, hm$s(Named) named, hm$s(Text) texts,
             hm$(std::string_view, int) views);
int use_flat_maps(hf$s(Entry) map, hf$s(Named) named, hf$(int, int) numbers);

int use_arrays(arr$(Point) points, arr$(char) text, const Point* more, size_t n) {
  int sum = 0;
  sum += arr$push(points, 1, 2)->x;
  sum += arr$pushm(points, {1, 2}, {3, 4})[1].x;
  sum += arr$pusha(points, more, n)->x;
  sum += arr$pusha(points, points)->y;
  sum += arr$ins(points, 0, {5, 6})->x;
  sum += *arr$pushf(text, "%d", sum);
  return sum;
}

int use_maps(hm$s(Entry) map, hm$s(Named) named, hm$s(Text) texts,
             hm$(std::string_view, int) views) {
  int sum = 0;
  sum += hm$set(map, 1, {2, 3})->value.x;
  hm$setp(map, 2)->x = 3;
  sum += hm$sets(map, {3, {4, 5}})->value.x;
  sum += hm$sets(map, 4, Point{5, 6})->value.x;
  sum += hm$sets(named, "other", 7)->value;
  sum += hm$sets(texts, {"third", 8})->value;
  *hm$setp(texts, "third") += 1;
  *hm$setp(views, "view") += 1;
  return sum;
}

int use_flat_maps(hf$s(Entry) map, hf$s(Named) named, hf$(int, int) numbers) {
  int sum = 0;
  sum += hf$set(map, 1, {2, 3})->value.x;
  hf$setp(map, 2)->x = 3;
  sum += hf$sets(map, {3, {4, 5}})->value.x;
  sum += hf$sets(named, "other", 7)->value;
  *hf$setp(numbers, 1) += 1;
  return sum;
}
