// A user's file with every macro of cex in it, for clang-tidy to find nothing wrong with.
#include <cstdio>

#include "cex/cex.h"

namespace {

struct Point {
  int x;
  int y;
};

struct Country {
  const char* key;
  int value;
};

int use_memory(IAllocator memory) {
  int* number = mem$new(memory, int, 5);
  if (number == nullptr) return 0;
  int sum = *number;
  mem$free(memory, number);

  char* text = mem$malloc(memory, 100);
  char* aligned = mem$malloc(memory, 100, 64);
  char* zeroed = mem$calloc(memory, 10, sizeof(int));
  char* other = mem$calloc(memory, 10, sizeof(int), 32);
  char* larger = mem$realloc(memory, text, 200);
  if (larger != nullptr) text = larger;
  char* wider = mem$realloc(memory, aligned, 200, 64);
  if (wider != nullptr) aligned = wider;
  sum += mem$aligned_pointer(aligned, 64) && mem$is_power_of2(64) ? 1 : 0;
  sum += static_cast<int>(mem$aligned_round(5, 8));
  mem$free(memory, text);
  mem$free(memory, aligned);
  mem$free(memory, zeroed);
  mem$free(memory, other);

  const IAllocator guard = AllocatorGuard.create(memory, {.one_in = 100});
  char* guarded = mem$malloc(guard, 16);
  if (AllocatorGuard.owns(guard, guarded)) ++sum;
  mem$free(guard, guarded);
  sum += static_cast<int>(AllocatorGuard.stats(guard).live);
  AllocatorGuard.destroy(guard);
  return sum;
}

int use_scopes() {
  int sum = 0;
  mem$scope(tmem$, _) {
    const char* text = mem$malloc(_, 10);
    sum += text != nullptr ? 1 : 0;
  }
  for (int i = 0; i < 10; ++i) {
    mem$arena(4096, arena) {
      mem$scope(arena, inner) {
        if (i == 3) continue;
        if (i == 5) break;
        sum += use_memory(inner);
      }
    }
  }
  mem$scope(tmem$, _) return sum;
}

void use_poison(IAllocator memory) {
  char* bytes = mem$malloc(memory, 64);
  if (mem$asan_enabled()) {
    mem$asan_poison(bytes, 64);
    if (!mem$asan_poison_check(bytes, 64)) std::puts("not poisoned");
    mem$asan_unpoison(bytes, 64);
  }
  mem$free(memory, bytes);
}

int use_arrays(IAllocator memory) {
  arr$(int) numbers = arr$new(numbers, memory, .capacity = 100);
  arr$(Point) points = arr$new(points, memory);
  arr$(int) none = nullptr;
  arr$push(numbers, 1);
  arr$push(points, 1, 2);
  arr$push(points, {.x = 1, .y = 2});
  arr$push(points);
  arr$pushm(numbers, 2, 3, 4);
  arr$pusha(numbers, numbers);
  arr$pusha(numbers, numbers.data(), 2);
  arr$ins(numbers, 0, 7);
  arr$del(numbers, 0);
  arr$delswap(numbers, 0);
  arr$sort(numbers);
  arr$sort(numbers, [](int a, int b) { return b < a; });
  arr$setcap(numbers, 200);
  bool done = arr$grow_check(numbers, 10) && arr$try_push(numbers, 1) != nullptr;
  done = done && arr$try_pushm(numbers, 1, 2) != nullptr && arr$try_setcap(numbers, 300);
  done = done && arr$try_pusha(numbers, numbers) != nullptr;
  done = done && arr$try_ins(numbers, 0, 1) != nullptr;
  arr$(int) tried = arr$try_new(tried, memory);
  int sum = done ? arr$pop(numbers) + arr$last(numbers) + arr$at(numbers, 0) : 0;
  for$each (number, numbers) sum += number;
  for$each (number, numbers.data(), 2) sum += number;
  for$eachp (point, points) sum += point->x;
  for$eachp (point, points) {
    point->y = 1;
  }
  sum += static_cast<int>(arr$len(numbers) + arr$cap(numbers) + arr$len(none));
  arr$clear(numbers);
  arr$free(numbers);
  arr$free(points);
  arr$free(tried);
  return sum;
}

int use_maps(IAllocator memory) {
  hm$(const char*, int) ages = hm$new(ages, memory, .capacity = 10, .copy_keys = true);
  hm$(int, Point) places = hm$new(places, memory);
  hm$s(Country) countries = hm$new(countries, memory);
  hm$(int, int) tried = hm$try_new(tried, memory);
  hm$set(ages, "ann", 41);
  *hm$setp(ages, "bob") += 1;
  hm$sets(countries, "be", 11);
  hm$sets(countries, {.key = "nl", .value = 17});
  hm$set(places, 1, {1, 2});
  int sum = hm$get(ages, "ann") + hm$get(ages, "eve", 5);
  const int* found = hm$getp(ages, "bob");
  if (found != nullptr) sum += *found;
  const Country* country = hm$gets(countries, "be");
  if (country != nullptr) sum += country->value;
  for$each (entry, ages) sum += entry.value;
  for$eachp (entry, countries) {
    sum += entry->value;
  }
  const bool done = hm$try_set(tried, 1, 2) != nullptr && hm$try_setp(tried, 2) != nullptr &&
                    hm$try_sets(countries, "fr", 68) != nullptr && hm$del(ages, "ann");
  sum += static_cast<int>(hm$len(ages)) + (done ? 1 : 0);
  hm$reserve(ages, 100);
  if (!hm$try_reserve(ages, 200)) return 0;
  hm$clear(ages);
  hm$shrink(ages);
  hm$free(ages);
  hm$free(places);
  hm$free(countries);
  hm$free(tried);
  return sum;
}

int use_flat_maps(IAllocator memory) {
  hf$(const char*, int) ages = hf$new(ages, memory, .capacity = 10, .copy_keys = true);
  hf$s(Country) countries = hf$new(countries, memory);
  hf$(int, int) tried = hf$try_new(tried, memory);
  hf$set(ages, "ann", 41);
  *hf$setp(ages, "bob") += 1;
  hf$sets(countries, "be", 11);
  int sum = hf$get(ages, "ann") + hf$get(ages, "eve", 5);
  const int* found = hf$getp(ages, "bob");
  if (found != nullptr) sum += *found;
  const Country* country = hf$gets(countries, "be");
  if (country != nullptr) sum += country->value;
  for$each (entry, ages) sum += entry.value;
  for$eachp (entry, countries) {
    sum += entry->value;
  }
  const bool done = hf$try_set(tried, 1, 2) != nullptr && hf$try_setp(tried, 2) != nullptr &&
                    hf$try_sets(countries, "fr", 68) != nullptr && hf$del(ages, "ann");
  const int key = 1;
  int* value = nullptr;
  hf$getp_many(tried, &key, 1, &value);
  sum += value != nullptr ? *value : 0;
  sum += static_cast<int>(hf$erase_if(ages, [](const auto& entry) { return entry.value == 1; }));
  sum += static_cast<int>(hf$len(ages)) + (done ? 1 : 0);
  hf$reserve(ages, 100);
  if (!hf$try_reserve(ages, 200)) return 0;
  hf$clear(ages);
  hf$shrink(ages);
  hf$free(ages);
  hf$free(countries);
  hf$free(tried);

  hm$(int, int) squares = hm$new(squares, memory);
  for (int i = 0; i < 5; ++i) hm$set(squares, i, i * i);
  hm$getp_many(squares, &key, 1, &value);
  sum += hm$del_ordered(squares, 0) ? arr$at(squares, 0).value : 0;
  sum += static_cast<int>(hm$erase_if(squares, [](const auto& entry) { return entry.key > 2; }));
  hm$free(squares);
  arr$(char) text = arr$new(text, memory);
  arr$pushf(text, "%d", sum);
  if (arr$try_pushf(text, "!") == nullptr) return 0;
  sum += static_cast<int>(arr$erase_if(text, [](char letter) { return letter == '1'; }));
  arr$free(text);
  return sum;
}

}  // namespace

// From here on as in CEX, the C library.
#include "cex/compat.h"

namespace {

u32 count_down(cex_iterator_s* iterator) {
  if (iterator->initialized == 3) iterator->stopped = 1;
  return 3U - iterator->initialized++;
}

int use_compat(IAllocator memory) {
  struct Pair {
    i32 first;
    i32 second;
  };
  usize sum = 0;
  for$iter (u32, round, count_down(&round.iterator)) sum += round.val;
  mem$arena_scope(4096, arena) {
    hm$(i32, f64) map = hm$new(map, arena);
    if (hm$clear(map)) ++sum;
  }
  u8* bytes = mem$malloc(memory, 100);
  const u8* const aligned = mem$aligned_pointer(bytes, 16);
  if (aligned == nullptr || mem$free(memory, bytes) != nullptr) return 0;
  if (mem$add_overflow(sum, 1, &sum) || mem$sub_overflow(sum, 1, &sum)) return 0;
  if (mem$mul_overflow(sum, 2, &sum)) return 0;
  const Pair* const pair = nullptr;
  return static_cast<int>(sum + mem$offsetof(pair, second)) + mem$platform();
}

}  // namespace

int main() {
  const IAllocator arena = AllocatorArena.create(4096);
  int sum = use_memory(mem$) + use_scopes() + use_arrays(arena) + use_maps(mem$) +
            use_flat_maps(mem$) + use_compat(mem$);
  use_poison(mem$);
  AllocatorArena.destroy(arena);
#if CEX_VERSION >= 100
  sum += cex::kVersionMajor;
#endif
  return std::printf("%d\n", sum) > 0 ? 0 : 1;
}
