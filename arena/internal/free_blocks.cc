#include "cex/arena/internal/free_blocks.h"

#include <bit>

#include "cex/arena/internal/pages.h"

namespace cex::detail {
namespace {

// At the start of a free block, in poisoned memory.
struct Links {
  char* next;    // of its class
  char* bigger;  // the first of the next class that has any; of the first of a class
};
static_assert(sizeof(Links) <= kLeastFree);

// Behind where the size of an aligned block may stand, which says that it is free.
constexpr size_t kLinksAt = kLeastFree - sizeof(Links);

Links links_of(const char* p) { return read_hidden<Links>(p + kLinksAt); }
void set_links(char* p, const Links& links) {
  write_hidden(p + kLinksAt, links);
  // Written or not, a free block's bytes are nothing to read.
  if constexpr (kChecker == Checker::kMsan) cex::poison(p + kLinksAt, sizeof(links));
}
void set_next(char* p, char* next) { set_links(p, {next, links_of(p).bigger}); }

int class_of(size_t bytes) { return static_cast<int>(std::bit_width(bytes)); }
int class_of(const char* p) { return class_of(block_size(p)); }

// Puts `to` where `smaller`, the first of the class before, or the level leads.
void set_bigger(ArenaLevel* level, char* smaller, char* to) {
  if (smaller == nullptr) {
    level->own.freed = to;
  } else {
    set_links(smaller, {links_of(smaller).next, to});
  }
}

void insert(ArenaLevel* level, char* p) {
  const int its_class = class_of(p);
  char* smaller = nullptr;
  char* at = level->own.freed;
  while (at != nullptr && class_of(at) < its_class) {
    smaller = at;
    at = links_of(at).bigger;
  }
  const bool has_class = at != nullptr && class_of(at) == its_class;
  set_links(p, has_class ? Links{at, links_of(at).bigger} : Links{nullptr, at});
  set_bigger(level, smaller, p);
}

void put(ArenaLevel* level, char* p, size_t bytes) {
  write_size(p, bytes, kFreeBit);
  insert(level, p);
}

// Whether there is room at a free block for one that is aligned.
bool fits(const char* p, size_t room, size_t align) {
  return round_up(address(p), align) + room <= address(p) + block_size(p);
}

// Takes out a free block that fits, of the same class or the next one; null: there is none.
char* find(ArenaLevel* level, size_t room, size_t align) {
  constexpr int kLooks = 8;
  const int its_class = class_of(room);
  char* smaller = nullptr;
  for (char* first = level->own.freed; first != nullptr; first = links_of(first).bigger) {
    if (class_of(first) >= its_class) {
      char* before = nullptr;
      int looks = 0;
      for (char* p = first; p != nullptr && looks < kLooks; p = links_of(p).next, ++looks) {
        if (fits(p, room, align)) {
          const Links links = links_of(p);
          if (before != nullptr) {
            set_next(before, links.next);
          } else if (links.next != nullptr) {
            set_links(links.next, {links_of(links.next).next, links.bigger});
            set_bigger(level, smaller, links.next);
          } else {
            set_bigger(level, smaller, links.bigger);
          }
          return p;
        }
        before = p;
      }
    }
    smaller = first;
  }
  return nullptr;
}

// Lists that are linked through `next`, in the order of addresses.

char* merged(char* a, char* b) {
  char* head = nullptr;
  char* last = nullptr;
  while (a != nullptr && b != nullptr) {
    char*& lower = a < b ? a : b;
    char* const p = lower;
    lower = links_of(p).next;
    if (last != nullptr) {
      set_next(last, p);
    } else {
      head = p;
    }
    last = p;
  }
  char* const rest = a != nullptr ? a : b;
  if (last == nullptr) return rest;
  set_next(last, rest);
  return head;
}

char* sorted(char* list) {
  char* runs[8 * sizeof(size_t)] = {};  // number i has 2^i blocks, or none
  while (list != nullptr) {
    char* run = list;
    list = links_of(list).next;
    set_next(run, nullptr);
    size_t i = 0;
    for (; runs[i] != nullptr; ++i) {
      run = merged(runs[i], run);
      runs[i] = nullptr;
    }
    runs[i] = run;
  }
  char* all = nullptr;
  for (char* const run : runs) all = merged(all, run);
  return all;
}

// All free blocks of the level as one list.
char* take_all(ArenaLevel* level) {
  char* all = nullptr;
  for (char* first = level->own.freed; first != nullptr;) {
    char* const bigger = links_of(first).bigger;
    for (char* p = first; p != nullptr;) {
      char* const next = links_of(p).next;
      set_next(p, all);
      all = p;
      p = next;
    }
    first = bigger;
  }
  level->own.freed = nullptr;
  return all;
}

// Whether `p` may be where the blocks of a level begin, so that what is before it belongs to one
// outside. At great depth all may be.
bool may_begin_level(const ArenaLevel* level, const char* p) {
  for (int looks = 0; level->outer != nullptr; level = outer_of(level)) {
    if (level->outer->cursor == p || ++looks == 16) return true;
  }
  return false;
}

// Makes one block of each row of neighbors.
void merge(ArenaLevel* level) {
  size_t count = 0;
  for (char* p = sorted(take_all(level)); p != nullptr; ++count) {
    size_t bytes = block_size(p);
    char* next = links_of(p).next;
    while (next != nullptr && next_block(p, bytes) == address(next) &&
           !may_begin_level(level, next)) {
      bytes = address(next) - address(p) + block_size(next);
      next = links_of(next).next;
    }
    put(level, p, bytes);
    p = next;
  }
  level->frees_to_merge = static_cast<uint16_t>(count / 2 < UINT16_MAX ? count / 2 : UINT16_MAX);
}

// What a block there takes of its page.
size_t step(const char* p, size_t bytes) { return next_block(p, bytes) - address(p); }

}  // namespace

void add_free(ArenaLevel* level, char* p, size_t bytes) {
  add_closed(level, 0, step(p, bytes));
  put(level, p, step(p, bytes) - kBack - kFront);  // with its padding
  if (level->frees_to_merge > 0) --level->frees_to_merge;
  level->must_settle = true;
}

char* take_free(ArenaLevel* level, size_t size, size_t align) {
  if (level->own.freed == nullptr) return nullptr;
  char* free = find(level, size, align);
  if (free == nullptr && level->frees_to_merge == 0) {
    merge(level);
    free = find(level, size, align);
  }
  if (free == nullptr) return nullptr;
  const uintptr_t end = address(free) + block_size(free);
  char* const p = reinterpret_cast<char*>(round_up(address(free), align));
  char* const rest = reinterpret_cast<char*>(next_block(p, size));
  if (address(rest) + kLeastFree <= end) {
    put(level, rest, end - address(rest));
  } else {
    size = end - address(p);
  }
  write_size(p, size, (address(p) - address(free)) / kDefaultAlign * kGapUnit & kGapBits);
  add_closed(level, address(p) - address(free) + step(p, size), 0);
  return p;
}

}  // namespace cex::detail
