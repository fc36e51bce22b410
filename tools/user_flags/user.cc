// What a user may write: every macro and every kind of header of cex, for the tests
// that compile it with a strict user's warnings. It must not need any of them off.
#include <cstdio>
#include <string_view>

#include "cex/cex.h"

int use_memory(IAllocator a);
int use_arrays(IAllocator a);
int use_maps(IAllocator a);
int use_flat_maps(IAllocator a);
int use_additions(IAllocator a);
int use_compat(IAllocator a);

namespace {

struct Point {
  int x;
  int y;
};

struct Entry {
  int key;
  int value;
};

struct Empty {};

struct Register {
  int key;
  volatile int value;
};

int compare(const void* left, const void* right) {
  return *static_cast<const int*>(left) - *static_cast<const int*>(right);
}

}  // namespace

int use_memory(IAllocator a) {
  char* text = mem$malloc(a, 16);
  char* more = mem$realloc(a, text, 32);
  if (more != nullptr) text = more;
  int* numbers = mem$calloc(a, 4, sizeof(int), 64);
  Point* point = mem$new(a, Point, 1, 2);
  int sum = point != nullptr ? point->x : 0;
  mem$free(a, numbers);
  mem$free(a, text);
  mem$free(a, point);

  const IAllocator guard = AllocatorGuard.create(a, {.one_in = 100});
  char* guarded = mem$malloc(guard, 16);
  if (AllocatorGuard.owns(guard, guarded)) ++sum;
  mem$free(guard, guarded);
  sum += static_cast<int>(AllocatorGuard.stats(guard).live);
  AllocatorGuard.destroy(guard);

  mem$arena(4096, arena) {
    mem$scope(arena, _) {
      mem$scope(_, inner) {
        char* p = mem$malloc(inner, 64, 64);
        mem$asan_poison(p, 64);
        if (mem$asan_enabled() && mem$asan_poison_check(p, 64)) ++sum;
        mem$asan_unpoison(p, 64);
      }
    }
  }
  for (int i = 0; i < 3; ++i) {
    mem$scope(tmem$, _) {
      char* p = mem$malloc(_, 100);
      if (p == nullptr) break;
      if (i == 1) continue;
      if (i == 2) return sum;
    }
  }
  if (mem$aligned_pointer(&sum, alignof(int))) ++sum;
  const IAllocator arena = AllocatorArena.create(4096);
  AllocatorArena.destroy(arena);
  return mem$is_power_of2(64U) ? static_cast<int>(mem$aligned_round(13U, 8U)) : sum;
}

int use_arrays(IAllocator a) {
  arr$(int) list = arr$new(list, a, .capacity = 20);
  if (!arr$grow_check(list, 3)) return 0;
  arr$push(list, 3);
  arr$pushm(list, 4, 5, 6);
  const int others[] = {7, 8};
  arr$pusha(list, others);
  arr$ins(list, 0, 1);
  arr$del(list, 1);
  arr$delswap(list, 0);
  arr$setcap(list, 50);
  if (arr$try_push(list, 9) == nullptr || !arr$try_setcap(list, 60)) return 0;
  if (!arr$try_pushm(list, 1, 2) || !arr$try_pusha(list, others)) return 0;
  if (arr$try_ins(list, 0, 2) == nullptr) return 0;
  arr$sort(list, compare);
  arr$sort(list, [](const int& left, const int& right) { return left - right; });
  arr$(Empty) marks = arr$new(marks, a);
  arr$push(marks);
  arr$sort(marks, [](const Empty&, const Empty&) { return false; });
  arr$free(marks);
  int sum = arr$pop(list) + arr$last(list) + arr$at(list, 0) + list[0];
  for$each (n, list) sum += n;
  for$eachp (n, list) sum += *n;
  for$each (n, others) sum += n;
  for (const int n : list) sum += n;
  sum += static_cast<int>(arr$len(list) + arr$cap(list));
  arr$(Point) points = NULL;
  if (arr$try_new(points, a) == nullptr) return 0;
  arr$clear(list);
  arr$free(list);
  arr$free(points);
  return sum;
}

int use_maps(IAllocator a) {
  hm$s(Register) registers = hm$new(registers, a);
  hm$set(registers, 1, 2);
  hm$free(registers);
  hm$(const char*, int) ages = hm$new(ages, a, .capacity = 10, .copy_keys = true);
  hm$set(ages, "ann", 41);
  *hm$setp(ages, "bob") += 1;
  int sum = hm$get(ages, "ann") + hm$get(ages, "eve", 7);
  if (const int* age = hm$getp(ages, "eve")) sum += *age;
  for$each (entry, ages) sum += entry.value;
  for$eachp (entry, ages) entry->value += 1;
  if (hm$del(ages, "ann")) ++sum;
  sum += static_cast<int>(hm$len(ages) + arr$len(ages));
  hm$reserve(ages, 100);
  if (!hm$try_reserve(ages, 200)) return 0;
  hm$clear(ages);
  hm$shrink(ages);
  hm$free(ages);

  hm$s(Entry) entries = hm$new(entries, a, .seed = 1);
  hm$sets(entries, 1, 2);
  if (const Entry* entry = hm$gets(entries, 1)) sum += entry->value;
  if (hm$try_set(entries, 2, 3) == nullptr || hm$try_setp(entries, 3) == nullptr) return 0;
  if (hm$try_sets(entries, 4, 5) == nullptr) return 0;
  hm$free(entries);
  hm$(std::string_view, Point) places;
  if (hm$try_new(places, a) == nullptr) return 0;
  hm$free(places);
  return sum;
}

int use_flat_maps(IAllocator a) {
  hf$(const char*, int) ages = hf$new(ages, a, .capacity = 10, .copy_keys = true);
  hf$set(ages, "ann", 41);
  *hf$setp(ages, "bob") += 1;
  int sum = hf$get(ages, "ann") + hf$get(ages, "eve", 7);
  if (const int* age = hf$getp(ages, "eve")) sum += *age;
  for$each (entry, ages) sum += entry.value;
  for$eachp (entry, ages) entry->value += 1;
  if (hf$del(ages, "ann")) ++sum;
  const char* const names[] = {"bob", "eve"};
  int* values[2];
  hf$getp_many(ages, names, 2, values);
  if (values[0] != nullptr) sum += *values[0];
  sum += static_cast<int>(hf$erase_if(ages, [](const auto& entry) { return entry.value > 3; }));
  sum += static_cast<int>(hf$len(ages) + arr$len(ages));
  hf$reserve(ages, 100);
  if (!hf$try_reserve(ages, 200)) return 0;
  hf$clear(ages);
  hf$shrink(ages);
  hf$free(ages);

  hf$s(Entry) entries = hf$new(entries, a, .seed = 1);
  hf$sets(entries, 1, 2);
  if (const Entry* entry = hf$gets(entries, 1)) sum += entry->value;
  if (hf$try_set(entries, 2, 3) == nullptr || hf$try_setp(entries, 3) == nullptr) return 0;
  if (hf$try_sets(entries, 4, 5) == nullptr) return 0;
  hf$free(entries);
  hf$(std::string_view, Point) places;
  if (hf$try_new(places, a) == nullptr) return 0;
  hf$free(places);
  return sum;
}

int use_additions(IAllocator a) {
  arr$(char) text = arr$new(text, a);
  arr$pushf(text, "%d of %s", 1, "two");
  if (arr$try_pushf(text, "!") == nullptr) return 0;
  int sum = static_cast<int>(arr$erase_if(text, [](char c) { return c == ' '; }));
  arr$free(text);
  hm$(int, int) squares = hm$new(squares, a);
  for (int i = 0; i < 5; ++i) hm$set(squares, i, i * i);
  const int key = 3;
  int* value = nullptr;
  hm$getp_many(squares, &key, 1, &value);
  if (value != nullptr) sum += *value;
  if (hm$del_ordered(squares, 0)) sum += arr$at(squares, 0).value;
  sum += static_cast<int>(hm$erase_if(squares, [](const auto& entry) { return entry.key > 2; }));
  hm$free(squares);
  return sum;
}

// From here on as in CEX, the C library.
#include "cex/compat.h"

namespace {
u32 count_down(cex_iterator_s* iterator) {
  if (iterator->idx.i == 3) iterator->stopped = 1;
  return static_cast<u32>(3 - iterator->idx.i++);
}
}  // namespace

int use_compat(IAllocator a) {
  usize sum = 0;
  for$iter (u32, it, count_down(&it.iterator)) sum += it.val;
  mem$arena_scope(4096, arena) {
    hm$(i32, f64) map = hm$new(map, arena);
    if (hm$clear(map)) ++sum;
  }
  u8* bytes = mem$malloc(a, 100);
  const u8* const aligned = mem$aligned_pointer(bytes, 16);
  if (aligned == nullptr || mem$free(a, bytes) != nullptr) return 0;
  mem$free(a, bytes);
  isize result = 0;
  if (mem$add_overflow(sum, 1, &sum) || mem$sub_overflow(sum, 1u, &result)) return 0;
  if (mem$mul_overflow(result, 2, &result)) return 0;
  const Point* const point = nullptr;
  return static_cast<int>(result + static_cast<isize>(mem$offsetof(point, y))) + mem$platform();
}

int main() {
  std::printf("%d %d %d %d %d %d\n", use_memory(mem$), use_arrays(mem$), use_maps(mem$),
              use_flat_maps(mem$), use_additions(mem$), use_compat(mem$));
}
