// mem$ under CEX_TEST: every block stands between guard bytes and in a register
// of who made it; freed blocks are held back, so that late use is noticed.
//
//     | guard: 64 | bytes … | guard: 64 and up to the next 16 |
//
// The register lies apart from the blocks, where a write that runs on past its block
// does not reach it, and makes any pointer safe to ask about. It is a std::map, so that a pointer
// into the middle of a block finds its block.
#include "cex/allocator/internal/heap_checked.h"

#ifdef CEX_TEST

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <deque>
#include <map>
#include <memory_resource>
#include <mutex>

#include "cex/allocator/internal/block.h"
#include "cex/allocator/internal/block_register.h"
#include "cex/allocator/internal/living_arenas.h"
#include "cex/heap.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/system_pages.h"

namespace cex::detail {
namespace {

// Poisoned bytes before a block, and at least as many behind it. Many, since a write that
// runs past them meets the C library's own books.
constexpr size_t kGuard = kMaxAlign;

struct Record {
  size_t size;
  size_t align;
  Site made;
  Site freed;
  uint64_t number;
  bool is_freed;
  bool is_counted;  // in leak checks
};

// Freed memory that is held back at most; beyond it the oldest blocks go.
constexpr size_t kHeldBytes = size_t{16} << 20;

using Blocks = std::pmr::map<const char*, Record>;

// Freed blocks, oldest first.
struct Held {
  explicit Held(std::pmr::memory_resource* memory) : blocks(memory) {}
  std::pmr::deque<char*> blocks;
  size_t bytes = 0;
};

struct Register {
  std::mutex mutex;
  std::pmr::unsynchronized_pool_resource memory{system_pages()};
  Blocks blocks{&memory};  // live and held ones, by address
  Held held{&memory};      // of mem$
  Held held_uncounted{&memory};
  uint64_t next_number = 1;
};

// Never destroyed: memory is freed until the very end of a program. Nor made by `new`,
// which a program may have put upon mem$.
Register& reg() {
  alignas(Register) static char memory[sizeof(Register)];
  static Register& instance = *::new (memory) Register;
  return instance;
}

// What AsOldAs says; 0: nothing.
thread_local uint64_t number_of_all = 0;

size_t back_of(size_t size) { return round_up(size + kGuard, kDefaultAlign) - size; }

// What was written to that should not have been, or nullptr.
const char* damage_of(const char* p, const Record& record) {
  if (!is_poisoned(p - kGuard, kGuard)) return "write before the start of a block";
  if (!is_poisoned(p + record.size, back_of(record.size))) return "write past the end of a block";
  if (record.is_freed && !is_poisoned(p, record.size)) return "write to freed memory";
  return nullptr;
}

void verify(const char* p, const Record& record) {
  const char* const damage = damage_of(p, record);
  if (damage == nullptr) return;
  die_here("%s at %p\n    the block: %s", damage, static_cast<const void*>(p),
           facts_of(record).text);
}

void release_oldest(Register& r, Held& held) {
  char* const p = held.blocks.front();
  held.blocks.pop_front();
  const auto it = r.blocks.find(p);
  const Record record = it->second;
  verify(p, record);
  held.bytes -= record.size;
  r.blocks.erase(it);
  char* const memory = p - kGuard;
  // Defined, as a page that goes back is: see give_back() in pages.cc.
  unpoison_defined(memory, kGuard + record.size + back_of(record.size));
  free(memory);
}

// The live block at `p`, whole, or a report of what `call` was given instead.
Blocks::iterator find_whole(Register& r, const void* p, const char* call) {
  const auto it = find_live(r.blocks, p, call, "it is no block of mem$");
  verify(it->first, it->second);
  return it;
}

char* allocate(IAllocator self, size_t size, size_t align) {
  if (!is_valid_request(size, align)) return nullptr;
  // `size` is at most PTRDIFF_MAX, so this can't overflow; what it comes to has to be, too.
  const size_t bytes = kGuard + size + back_of(size);
  if (bytes > static_cast<size_t>(PTRDIFF_MAX)) return nullptr;
  void* memory = nullptr;
  if (posix_memalign(&memory, kGuard, bytes) != 0) return nullptr;
  char* const p = static_cast<char*>(memory) + kGuard;
  poison(memory, kGuard);
  poison(p + size, back_of(size));
  memset(p, kFreshByte, size);
  unpoison(p, size);
  Register& r = reg();
  const std::lock_guard lock(r.mutex);
  const uint64_t number = number_of_all != 0 ? number_of_all : r.next_number++;
  r.blocks[p] = {size, align, current_site, Site{}, number, false, self != &uncounted_heap};
  return p;
}

void release(Register& r, Blocks::iterator it) {
  char* const p = const_cast<char*>(it->first);
  it->second.is_freed = true;
  it->second.freed = current_site;
  poison(p, it->second.size);
  Held& held = it->second.is_counted ? r.held : r.held_uncounted;
  held.blocks.push_back(p);
  held.bytes += it->second.size;
  while (held.bytes > kHeldBytes && held.blocks.size() > 1) release_oldest(r, held);
}

}  // namespace

void* cex_heap_malloc(IAllocator self, size_t size, size_t align) {
  return allocate(self, size, align);
}

void* cex_heap_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  char* const p = allocate(self, bytes, align);
  return p != nullptr ? memset(p, 0, bytes) : nullptr;
}

// Always moves the block, so that a pointer kept from before is stale for sure.
void* cex_heap_realloc(IAllocator self, void* p, size_t size, size_t align) {
  if (p == nullptr) return allocate(self, size, align);
  if (!is_valid_request(size, align)) return nullptr;
  check_no_arena(p, "realloc");
  Register& r = reg();
  size_t old_size = 0;
  uint64_t number = 0;
  {
    const std::lock_guard lock(r.mutex);
    const Record& record = find_whole(r, p, "realloc")->second;
    if (record.align != align) {
      die_here(
          "realloc with alignment %zu of a block that was allocated with %zu\n    the block: %s",
          align, record.align, facts_of(record).text);
    }
    old_size = record.size;
    number = record.number;
  }
  // What grows does not become a leak of the test case that made it grow.
  const AsOldAs same(number);
  char* const moved = allocate(self, size, align);
  if (moved == nullptr) return nullptr;
  memcpy(moved, p, old_size < size ? old_size : size);
  const std::lock_guard lock(r.mutex);
  release(r, find_whole(r, p, "realloc"));
  return moved;
}

void* cex_heap_free(IAllocator, void* p) {
  if (p == nullptr) return nullptr;
  check_no_arena(p, "free");
  Register& r = reg();
  const std::lock_guard lock(r.mutex);
  release(r, find_whole(r, p, "free"));
  return nullptr;
}

AsOldAs::AsOldAs(uint64_t number) : before_(number_of_all) { number_of_all = number; }
AsOldAs::~AsOldAs() { number_of_all = before_; }

uint64_t heap_next_number() {
  Register& r = reg();
  const std::lock_guard lock(r.mutex);
  return r.next_number;
}

uint64_t heap_take_number() {
  Register& r = reg();
  const std::lock_guard lock(r.mutex);
  return r.next_number++;
}

void heap_visit_live(uint64_t from, void (*visit)(const HeapBlock& block, void* context),
                     void* context) {
  Register& r = reg();
  const std::lock_guard lock(r.mutex);
  for (const auto& [p, record] : r.blocks) {
    if (record.is_freed || !record.is_counted || record.number < from) continue;
    visit(HeapBlock{p, record.size, record.made, record.number}, context);
  }
}

void heap_release_uncounted() {
  Register& r = reg();
  const std::lock_guard lock(r.mutex);
  while (!r.held_uncounted.blocks.empty()) release_oldest(r, r.held_uncounted);
}

void heap_verify() {
  Register& r = reg();
  const std::lock_guard lock(r.mutex);
  for (const auto& [p, record] : r.blocks) verify(p, record);
}

void heap_take_damage(void (*found)(const char* text, void* context), void* context) {
  Register& r = reg();
  const std::lock_guard lock(r.mutex);
  for (const auto& [p, record] : r.blocks) {
    const char* const damage = damage_of(p, record);
    if (damage == nullptr) continue;
    char text[sizeof(RegisterFacts) + 100];
    snprintf(text, sizeof(text), "%s at %p\n    the block: %s", damage, static_cast<const void*>(p),
             facts_of(record).text);
    found(text, context);
    char* const block = const_cast<char*>(p);
    poison(block - kGuard, kGuard);
    poison(block + record.size, back_of(record.size));
    if (record.is_freed) poison(block, record.size);
  }
}

}  // namespace cex::detail

#endif
