// What gdb_test.py looks at: one of everything, each in a state that is known.
#include <stdlib.h>
#include <string.h>

#include <memory_resource>
#include <string_view>

#include "cex/arena/internal/checked_arena.h"
#include "cex/arena/internal/core.h"
#include "cex/cex.h"

struct Point {
  int x;
  int y;
};

struct Country {
  const char* key;
  int people;
};

struct alignas(64) Wide {
  int n;
};

enum class Color { kRed, kGreen };

struct Arrays {
  arr$(int) none;
  arr$(int) empty;
  arr$(int) numbers;
  arr$(Point) points;
  arr$(const char*) names;
  arr$(char) text;
  arr$(char) bytes;  // that no charset, or not every one, has a character for
  arr$(arr$(int)) nested;
  arr$(Wide) wide;
  arr$(int) many;
  arr$(Color) colors;
};

struct Maps {
  hm$(int, int) none;
  hm$(int, int) empty;
  hm$(const char*, int) ages;
  hm$(std::string_view, Point) places;
  hm$(int, arr$(int)) lists;
  hm$s(Country) countries;
  hf$(int, int) no_flat;
  hf$(const char*, int) flat;
  hf$(int, int) flat_large;
  hf$(int, int) flat_many;
  hf$s(Country) flat_countries;
};

struct Allocators {
  IAllocator none;
  IAllocator heap;
  IAllocator arena;
  IAllocator reserved;  // in a range of addresses
  IAllocator scope;     // of it
  IAllocator ended;     // another one
  IAllocator block;
  IAllocator temp;
  IAllocator unused_temp;
  IAllocator fixed;
  IAllocator pmr;
  IAllocator own;
  IAllocator wild;
  IAllocator nothing;  // memory, but no allocator
  IAllocator object;   // the same, and it begins with the address of a virtual table
};

// Handles to what is not there.
struct Damage {
  arr$(int) wild;
  arr$(int) no_array;
  arr$(int) freed;
  arr$(int) too_long;
  arr$(int) huge;
  arr$(int) other_size;
  hm$(int, int) wild_map;
  hm$(int, int) no_map;
  hm$(int, int) freed_map;
  hm$(int, int) huge_map;
  IAllocator ring;   // an arena whose scopes, or pages, lead to each other
  IAllocator stray;  // a scope that leads to no arena
};

// All records of arenas, in programs with checks and without.
struct ArenaRecords {
  cex::detail::ArenaCore core;
  cex::detail::Page pages[2];
  cex::detail::CheckedArena arena;
};

Arrays arrays;
Maps maps;
Allocators allocators;
Damage damage;
ArenaRecords arena_records;

namespace {

// Makes a handle of an address, as a stray write would.
template <typename Handle>
Handle handle_to(const void* p) {
  Handle handle;
  memcpy(static_cast<void*>(&handle), &p, sizeof(p));
  return handle;
}

void* own_malloc(IAllocator, size_t size, size_t) { return malloc(size); }
const Allocator_i kOwn = {own_malloc, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, {}};

alignas(64) char buffer[4096];
alignas(64) char zeroes[256];
alignas(64) char records[1024];

void fill_arrays(IAllocator a) {
  arr$new(arrays.empty, a);
  arr$new(arrays.numbers, a);
  arr$pushm(arrays.numbers, 3, 1, 2);
  arr$new(arrays.points, a);
  arr$push(arrays.points, 1, 2);
  arr$push(arrays.points, 3, 4);
  arr$new(arrays.names, a);
  arr$pushm(arrays.names, "ann", "bob");
  arr$new(arrays.text, a);
  arr$pushm(arrays.text, 'a', '"', '\n', 'b');
  arr$new(arrays.bytes, a);
  arr$pushm(arrays.bytes, '\xff', '\\', '\x1', '\xc3', '\xa9');
  arr$new(arrays.nested, a);
  arr$pushm(arrays.nested, arrays.numbers, arrays.none);
  arr$new(arrays.wide, a);
  arr$push(arrays.wide, {7});
  arr$new(arrays.many, a);
  for (int i = 0; i < 100000; ++i) arr$push(arrays.many, i);
  arr$new(arrays.colors, a);
  arr$push(arrays.colors, Color::kGreen);
}

void fill_maps(IAllocator a) {
  hm$new(maps.empty, a);
  hm$new(maps.ages, a);
  hm$set(maps.ages, "ann", 41);
  hm$set(maps.ages, "bob", 1);
  hm$new(maps.places, a);
  hm$set(maps.places, "here", {1, 2});
  hm$new(maps.lists, a);
  hm$set(maps.lists, 5, arrays.numbers);
  hm$new(maps.countries, a);
  hm$sets(maps.countries, "be", 11);
  hm$sets(maps.countries, "nl", 17);
  hf$new(maps.flat, a);
  hf$set(maps.flat, "ann", 41);
  hf$new(maps.flat_large, a, .capacity = 100);
  hf$set(maps.flat_large, 5, 25);
  hf$new(maps.flat_countries, a);
  for (const char* key : {"be", "nl", "de"}) hf$sets(maps.flat_countries, key, 11);
  hf$del(maps.flat_countries, "be");
}

// A copy of the record and elements of `numbers`, for breaking.
arr$(int) copy_of_numbers(size_t at) {
  constexpr size_t kRecord = sizeof(cex::detail::ArrHeader);
  char* const to = records + at;
  const int* const numbers = arrays.numbers.data();
  memcpy(to, cex::detail::arr_header(numbers), kRecord + 3 * sizeof(int));
  return handle_to<arr$(int)>(to + kRecord);
}

// Its record. (data() would find the damage.)
cex::detail::ArrHeader* record_at(size_t at) {
  return reinterpret_cast<cex::detail::ArrHeader*>(records + at);
}

void do_damage(IAllocator a) {
  damage.wild = handle_to<arr$(int)>(reinterpret_cast<void*>(0x1000));
  damage.no_array = handle_to<arr$(int)>(zeroes + 64);
  arr$(int) freed = arr$new(freed, a);
  void* after = mem$new(a, int);  // or freeing it would leave nothing to see
  damage.freed = freed;
  arr$free(freed);

  damage.too_long = copy_of_numbers(0);
  record_at(0)->length = 1000;
  damage.huge = copy_of_numbers(128);
  record_at(128)->length = SIZE_MAX / 8;
  record_at(128)->capacity = SIZE_MAX / 8;
  damage.other_size = copy_of_numbers(256);
  record_at(256)->element_size = 12;

  damage.wild_map = handle_to<hm$(int, int)>(reinterpret_cast<void*>(0x1000));
  damage.no_map = handle_to<hm$(int, int)>(zeroes);
  hm$(int, int) freed_map = hm$new(freed_map, a);
  hm$set(freed_map, 1, 2);
  damage.freed_map = freed_map;
  hm$(int, int) map = hm$new(map, a);
  hm$free(freed_map);  // now, or the other one lies where it was
  hm$set(map, 1, 2);
  const void* header = nullptr;
  memcpy(&header, static_cast<void*>(&map), sizeof(header));
  memcpy(records + 512, header, 128);
  mem$free(a, after);
  damage.huge_map = handle_to<hm$(int, int)>(records + 512);
  reinterpret_cast<size_t*>(records + 512)[3] = SIZE_MAX / 64;
  reinterpret_cast<size_t*>(records + 512)[6] = SIZE_MAX / 64;
}

void damage_arenas() {
  using namespace cex::detail;  // NOLINT(google-build-using-namespace)
  ArenaCore& core = arena_records.core;
  core_create(&core, 0);
  Page* const pages = arena_records.pages;
  for (int i = 0; i < 2; ++i) {
    pages[i].level = &core.outermost;
    pages[i].older = &pages[1 - i];
    pages[i].newer = i == 0 ? nullptr : &pages[0];
  }
  core.outermost.pages = pages;
  damage.ring = &core.outermost.base;
#ifdef CEX_TEST
  CheckedArena& arena = arena_records.arena;
  checked_init(&arena, nullptr, checked_interface(false), "an arena", &kLibcBlocks, nullptr);
  arena.outermost.depth = 1;
  arena.outermost.outer = &arena.outermost;
  damage.ring = &arena.outermost.base;
#endif
  alignas(64) static char copy[sizeof(CheckedArena)];
  memcpy(copy, reinterpret_cast<const char*>(damage.ring), sizeof(Allocator_i));
  damage.stray = reinterpret_cast<IAllocator>(copy);
}

}  // namespace

// Where gdb stops.
extern "C" [[gnu::noinline]] void stop_here(const Arrays& local) {
  asm volatile("" : : "r"(&local) : "memory");
}

int main() {
  const IAllocator arena = AllocatorArena.create(4096);
  fill_arrays(mem$);
  fill_maps(mem$);
  do_damage(arena);
  damage_arenas();
  hf$new(maps.flat_many, mem$);
  for (int i = 0; i < 60000; ++i) hf$set(maps.flat_many, i, i);

  std::pmr::monotonic_buffer_resource resource;
  const cex::PmrAllocator over_pmr(&resource);
  allocators.heap = mem$;
  allocators.unused_temp = tmem$;
  allocators.reserved = AllocatorArena.create(4096, {.reserve = 1 << 20});
  allocators.fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  allocators.pmr = over_pmr.allocator();
  allocators.own = &kOwn;
  allocators.wild = reinterpret_cast<IAllocator>(0x1000);
  allocators.nothing = reinterpret_cast<IAllocator>(zeroes);
  allocators.object = reinterpret_cast<IAllocator>(&resource);

  const IAllocator pages = AllocatorArena.create(4096);
  allocators.arena = pages;
  [[maybe_unused]] const void* const kept = mem$malloc(pages, 500);
  mem$scope(pages, scratch) {
    allocators.scope = scratch;
    void* small[4];
    for (void*& p : small) p = mem$malloc(scratch, 1000);
    mem$free(scratch, small[1]);
    [[maybe_unused]] const void* const large = mem$malloc(scratch, 100000);
    mem$scope(scratch, inner) allocators.ended = inner;
    [[maybe_unused]] const void* const late = mem$malloc(pages, 200);
    mem$scope(tmem$, temp) {
      allocators.temp = temp;
      [[maybe_unused]] const void* const some = mem$malloc(temp, 1000);
      mem$arena(8192, block) {
        allocators.block = block;
        stop_here(arrays);
      }
    }
  }
  return 0;
}
