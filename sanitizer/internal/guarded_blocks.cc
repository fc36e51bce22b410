#include "cex/sanitizer/internal/guarded_blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mutex>

#include "cex/report.h"
#include "cex/sanitizer/internal/block_leaks.h"
#include "cex/sanitizer/internal/block_registry.h"
#include "cex/sanitizer/internal/stack_memory.h"
#include "cex/sanitizer/internal/system.h"

#ifdef CEX_DETAIL_ASAN
#include <sanitizer/lsan_interface.h>
#endif

namespace cex::detail {
namespace {

using State = GuardedBlock::State;

// What AsOldAs says; 0: nothing.
thread_local uint64_t number_of_all = 0;

// What blocks of the C library are taken from, if there is any; or null.
const BlockSource* replacement = nullptr;

// The live block at `p` that belongs to the list's owner, whole, or a report of what `call`
// was given instead.
GuardedBlock* find_own(Registry& r, const BlockList* list, const void* p, const char* call) {
  GuardedBlock* const block = find_exact(r, p);
  if (block != nullptr && block->state != State::kLive) {
    die_here("double free: %s of a block that was freed before, %p\n    the block: %s", call, p,
             facts_of(*block).text);
  }
  if (block != nullptr && block->allocator == list->totals->number) {
    if (block->special != nullptr) {
      die_here("%s of %s: %p\n    the block: %s", call, block->special, p, facts_of(*block).text);
    }
    verify(*block);
    return block;
  }
  if (block != nullptr) {
    die_here(
        "%s of a pointer that this allocator does not own: %p\n    it is a block of %s, not of %s: "
        "%s",
        call, p, block->name, list->name, facts_of(*block).text);
  }
  if (const GuardedBlock* const around = find_around(r, p)) {
    die_here(
        "%s of a pointer into the middle of a block: %p is %zu byte%s behind its start\n"
        "    the block: %s; asked: %s",
        call, p, address(p) - address(around->p), plural(address(p) - address(around->p)),
        facts_of(*around).text, list->name);
  }
  die_here("%s of a pointer that this allocator does not own: %p\n    it is no block of %s", call,
           p, list->name);
}

void* malloc_from(BlockList* list, const BlockSource* source, void* context, size_t size,
                  size_t align) {
  const size_t whole = whole_bytes(source, size, align);
  if (whole == 0) return nullptr;
  char* const memory = static_cast<char*>(source->take(context, whole, take_align(source, align)));
  if (memory == nullptr) return nullptr;
  GuardedBlock block = {};
  block.p = place(source, memory, align);
  block.size = size;
  block.align = align;
  block.memory = memory;
  block.whole = whole;
  block.name = list->name;
  block.source = source;
  block.context = context;
  block.made = kept(current_site);
  block.is_counted = list->is_counted;
  block.is_on_stack = !source->is_libc && is_on_real_stack(memory);
  poison_guards(block);
  make_fresh(block.p, size);
  {
    Registry& r = registry();
    const std::lock_guard lock(r.mutex);
    block.number = number_of_all != 0 ? number_of_all : r.next_number++;
    enter(r, list, block);
  }
#ifdef CEX_DETAIL_ASAN
  // Blocks of an arena go with it: they are not to be looked for one by one.
  if (source->is_libc && !list->is_counted) __lsan_ignore_object(memory);
#endif
  return block.p;
}

// A block whose source resizes memory, in place or elsewhere.
void* resize_in_source(BlockList* list, GuardedBlock* block, size_t size) {
  Registry& r = registry();
  const size_t whole = whole_bytes(block->source, size, block->align);
  if (whole == 0) return nullptr;
  unpoison_defined(block->memory, block->whole);
  char* const memory =
      static_cast<char*>(block->source->resize(block->context, block->memory, whole, block->align));
  if (memory == nullptr) {
    poison_guards(*block);
    return nullptr;
  }
  GuardedBlock moved = *block;
  {
    const std::lock_guard lock(r.mutex);
    remove(r, list->totals, block);
  }
  const size_t old_size = moved.size;
  moved.p = memory + distance(moved.memory, moved.p);
  moved.memory = memory;
  moved.whole = whole;
  moved.size = size;
  moved.made = kept(current_site);
  poison_guards(moved);
  if (size > old_size) make_fresh(moved.p + old_size, size - old_size);
  const std::lock_guard lock(r.mutex);
  return enter(r, list, moved)->p;
}

// A block that stays where it is.
void shrink_in_place(BlockTotals* totals, GuardedBlock* block, size_t size) {
  add_bytes(totals, plain_bytes(size), plain_bytes(block->size));
  poison(*block, block->p + size, block->size - size);
  block->size = size;
  block->made = kept(current_site);
}

// Reports a write to the room that the block's owner watches. Where the owner is gone, which an
// allocator of the user's need not tell, there is none.
void verify_room(Registry& r, const GuardedBlock& block) {
  if (block.watch == nullptr || find_around(r, block.room_owner) == nullptr) return;
  const void* const at = block.watch->find_written(block.room_owner, block.p);
  if (at == nullptr) return;
  die_here("%s, at %p\n    the block: %s", block.watch->message, at, facts_of(block).text);
}

// What a program without leak checks of its own gets.
void check_at_exit(void*) {
  const CallSite call(Site{});
  fflush(nullptr);  // what follows may end the program without
  const LeakText leaks = describe_leaks(registry().first_at_exit);
  if (leaks.blocks != 0) die(leaks.oldest, "%s", leaks.text);
  verify_blocks();
}

// After all objects of the program are gone, also those that were made before the first block, and
// where it can be after those of its libraries.
[[gnu::destructor]] void at_end() {
  if (registry().checks_at_exit && !call_after_libraries(check_at_exit)) check_at_exit(nullptr);
}

}  // namespace

const BlockSource kLibcBlocks = {
#ifdef _WIN32  // whose aligned blocks have a function of their own that frees them
    .take = [](void*, size_t bytes, size_t align) { return _aligned_malloc(bytes, align); },
    .give = [](void*, void* p) { _aligned_free(p); },
#else
    .take =
        [](void*, size_t bytes, size_t align) {
          return align <= alignof(max_align_t) ? malloc(bytes) : aligned_block(bytes, align);
        },
    .give = [](void*, void* p) { free(p); },
#endif
    .is_libc = true,
    .is_kept = true,
};

void replace_libc_blocks(const BlockSource* source) {
  __atomic_store_n(&replacement, source, __ATOMIC_RELEASE);
}

void* guarded_malloc(BlockList* list, size_t size, size_t align) {
  return guarded_malloc_from(list, list->context, size, align);
}

void* guarded_malloc_from(BlockList* list, void* context, size_t size, size_t align) {
  const BlockSource* const pages = __atomic_load_n(&replacement, __ATOMIC_ACQUIRE);
  if (pages != nullptr && list->source == &kLibcBlocks) {
    void* const p = malloc_from(list, pages, context, size, align);
    if (p != nullptr) return p;
  }
  return malloc_from(list, list->source, context, size, align);
}

void* guarded_realloc(BlockList* list, void* p, size_t size, size_t align) {
  Registry& r = registry();
  GuardedBlock* block = nullptr;
  {
    const std::lock_guard lock(r.mutex);
    block = find_own(r, list, p, "realloc");
    if (block->align != align) {
      die_here(
          "realloc with alignment %zu of a block that was allocated with %zu\n    the block: %s",
          align, block->align, facts_of(*block).text);
    }
    if (block->list != list->number) {
      Text text;
      text.add(
          "realloc across scopes: a block of scope depth %u is resized to %zu byte%s at depth %u "
          "and "
          "would be gone when that scope ends\n    the block: %s",
          block->depth, size, plural(size), list->depth, facts_of(*block).text);
      if (block->depth != 0) text.add_site("its scope opened", block->opened);
      if (list->depth != 0) text.add_site("the other scope opened", list->opened);
      die_here("%s", text.text);
    }
    if (size <= block->size && !list->moves_always && block->source->resize == nullptr &&
        !block->source->has_pages) {
      shrink_in_place(list->totals, block, size);
      return p;
    }
  }
  if (block->source->resize != nullptr) return resize_in_source(list, block, size);
  // What grows does not become a leak of the test case that made it grow.
  const size_t old_size = block->size;
  const AsOldAs same(block->number);
  void* const moved = guarded_malloc(list, size, align);
  if (moved == nullptr) return nullptr;
  memcpy(moved, p, old_size < size ? old_size : size);
  guarded_free(list, p);
  return moved;
}

size_t guarded_size(const BlockList* list, const void* p) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  return find_own(r, list, p, "realloc")->size;
}

void guarded_free(BlockList* list, void* p) {
  Registry& r = registry();
  GuardedBlock freed = {};
  {
    const std::lock_guard lock(r.mutex);
    GuardedBlock* const block = find_own(r, list, p, "free");
    freed = *block;
    const bool must_give = retire(r, list->totals, block, false);
    bound_later_frees(r);
    if (!must_give) return;
  }
  give_back(freed);
}

void guarded_free_all(BlockList* list) {
  if (list->number == 0) return;
  Registry& r = registry();
  for (;;) {
    GuardedBlock freed = {};
    {
      const std::lock_guard lock(r.mutex);
      bool must_give = false;
      while (!must_give) {
        GuardedBlock* const block = newest_of(r, list);
        if (block == nullptr) return bound_later_frees(r);
        verify(*block);
        verify_room(r, *block);
        end_inside(r, *block);
        freed = *block;
        must_give = retire(r, list->totals, block, true);
      }
    }
    give_back(freed);
  }
}

void guarded_verify(const BlockList* list) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  for (const GuardedBlock* b = newest_of(r, list); b != nullptr; b = b->older) {
    ++r.steps;
    verify(*b);
  }
}

void guarded_forget(BlockList* list) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  while (GuardedBlock* const block = newest_of(r, list)) remove(r, list->totals, block);
}

void guarded_forget_range(const void* begin, const void* end) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  forget_overlapped(r, static_cast<const char*>(begin), static_cast<const char*>(end));
}

bool guarded_owns(const BlockTotals* allocator, const void* p) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  // Other allocators' blocks may lie in it. A block of the C library lies in none.
  auto it = r.blocks.upper_bound(static_cast<const char*>(p));
  while (it != r.blocks.begin()) {
    ++r.steps;
    const GuardedBlock& block = (--it)->second;
    const size_t offset = address(p) - address(block.p);
    const bool is_live = block.state == State::kLive;
    if (is_live && block.allocator == allocator->number && offset < block.size) return true;
    if (block.source->is_libc || offset >= allocator->largest) return false;
  }
  return false;
}

void guarded_watch(const void* p, size_t size, const RoomWatch* watch, const void* owner) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  GuardedBlock* const block = find_exact(r, p);
  if (block == nullptr || block->state != State::kLive || block->size != size) return;
  block->watch = watch;
  block->room_owner = owner;
}

void guarded_mark(const void* p, const char* what) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  if (GuardedBlock* const block = find_exact(r, p)) block->special = what;
}

AsOldAs::AsOldAs(uint64_t number) : before_(number_of_all) { number_of_all = number; }
AsOldAs::~AsOldAs() { number_of_all = before_; }

uint64_t take_block_number() {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  return r.next_number++;
}

}  // namespace cex::detail
