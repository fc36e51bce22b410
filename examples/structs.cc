// Containers inside structs: a struct has handles, which are one pointer each. One function creates
// its containers with an allocator, another frees them.
//
// The same struct works on the heap, where destroy() frees everything, and in an arena, where
// destroy() is not needed.
#include <cstdio>

#include "cex/arena.h"
#include "cex/collections.h"

namespace {

struct City {
  const char* name;
  arr$(size_t) roads;  // indices into the map's cities; each city has an array of its own
};

struct Map {
  IAllocator allocator;  // where new cities get their memory from
  arr$(City) cities;
  hm$(const char*, size_t) by_name;
};

Map make_map(IAllocator a) {
  Map map{.allocator = a, .cities = nullptr, .by_name = nullptr};
  arr$new(map.cities, a);
  hm$new(map.by_name, a);
  return map;
}

// Innermost first: what a struct holds, then the struct.
void destroy(Map& map) {
  for$eachp (city, map.cities) arr$free(city->roads);
  arr$free(map.cities);
  hm$free(map.by_name);
}

size_t city(Map& map, const char* name) {
  if (const size_t* const known = hm$getp(map.by_name, name)) return *known;
  const size_t index = arr$len(map.cities);
  City* const added = arr$push(map.cities, {.name = name, .roads = nullptr});
  arr$new(added->roads, map.allocator);
  hm$set(map.by_name, name, index);
  return index;
}

void connect(Map& map, const char* from, const char* to) {
  // Both first: adding a city may move the array, and a pointer into it would be stale.
  const size_t x = city(map, from);
  const size_t y = city(map, to);
  arr$push(map.cities[x].roads, y);
  arr$push(map.cities[y].roads, x);
}

void print(const Map& map) {
  for$eachp (from, map.cities) {
    std::printf("%s:", from->name);
    for$each (to, from->roads) std::printf(" %s", map.cities[to].name);
    std::printf("\n");
  }
}

Map example(IAllocator a) {
  Map map = make_map(a);
  connect(map, "Ulm", "Augsburg");
  connect(map, "Augsburg", "Munich");
  connect(map, "Ulm", "Stuttgart");
  return map;
}

}  // namespace

int main() {
  Map on_heap = example(mem$);
  print(on_heap);
  destroy(on_heap);

  mem$arena(4096, arena) {
    const Map in_arena = example(arena);
    std::printf("in an arena: %zu cities\n", arr$len(in_arena.cities));
  }
  return 0;
}
