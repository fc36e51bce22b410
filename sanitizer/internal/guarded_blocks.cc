#include "cex/sanitizer/internal/guarded_blocks.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory_resource>
#include <mutex>
#include <new>
#include <vector>

#include "cex/report.h"
#include "cex/sanitizer/internal/shadow_access.h"
#include "cex/sanitizer/internal/system_pages.h"
#include "cex/sanitizer/internal/untouched.h"

#ifdef CEX_DETAIL_ASAN
#include <sanitizer/lsan_interface.h>
#endif

namespace cex::detail {

// What the registry knows of a block.
struct GuardedBlock {
  enum class State : uint8_t {
    kLive,
    kQuarantined,  // freed; its memory is kept
    kGone,         // freed; its memory was returned
  };

  char* p;
  size_t size;
  size_t room;  // bytes up to the guard bytes behind it, `size` among them
  size_t align;
  char* memory;      // as it came from the source
  size_t whole;      // bytes of that
  BlockList* list;   // while it is live
  const char* name;  // of the list
  const BlockSource* source;
  void* context;
  Site made;
  Site freed;
  uint64_t number;
  const char* special;  // what it is, where it can't be freed like others; or null
  State state;
  bool is_counted;
  bool went_with_scope;
  GuardedBlock* older;  // in the list
  GuardedBlock* newer;
};

namespace {

using State = GuardedBlock::State;

// Guard bytes on each side. Many, since a write that runs past them meets the records of
// whatever lies there.
constexpr size_t kGuard = 64;
// The same in memory that may be short, a caller's buffer for one.
constexpr size_t kShortGuard = 32;

// Freed memory that is quarantined at most, beyond which the oldest goes; and freed blocks
// that are remembered at most.
constexpr size_t kQuarantineBytes = size_t{16} << 20;
constexpr size_t kRemembered = size_t{1} << 16;
// What stays in quarantine after all of it was looked at, so that looking again costs little.
constexpr size_t kQuarantineAfterCheck = size_t{1} << 20;

// Whether the tool has guard bytes and a quarantine of its own for the C library's blocks.
constexpr bool kToolGuardsLibc = kChecker == Checker::kAsan || kChecker == Checker::kValgrind;

uintptr_t address(const void* p) { return reinterpret_cast<uintptr_t>(p); }
constexpr uintptr_t round_up(uintptr_t n, size_t align) { return (n + align - 1) & ~(align - 1); }
size_t distance(const char* from, const char* to) { return static_cast<size_t>(to - from); }

struct Range {
  uint64_t from;
  uint64_t to;
};

struct Registry {
  std::mutex mutex;
  std::pmr::unsynchronized_pool_resource memory{system_pages()};
  std::pmr::map<const char*, GuardedBlock> blocks{&memory};
  std::pmr::deque<const char*> freed{&memory};  // oldest first
  std::pmr::vector<Range> allowed{&memory};     // numbers of blocks that may stay
  size_t quarantined = 0;                       // bytes
  uint64_t next_number = 1;
  bool checks_at_exit = true;
};

// Never destroyed: memory is freed until the very end of a program. Nor made by `new`,
// which a program may have put upon mem$.
Registry& registry() {
  alignas(Registry) static char memory[sizeof(Registry)];
  static Registry& instance = *::new (memory) Registry;
  return instance;
}

// What AsOldAs says; 0: nothing.
thread_local uint64_t number_of_all = 0;

// --- Facts for a report --------------------------------------------------------------

struct Text {
  char text[1500];  // with two long paths

  [[gnu::format(printf, 2, 3)]] void add(const char* format, ...) {
    const size_t used = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + used, sizeof(text) - used, format, args);
    va_end(args);
  }
  void add_site(const char* verb, Site site) {
    if (site.file != nullptr) {
      add(", %s at %s:%d", verb, site.file, site.line);
    } else {
      add(", %s at an unknown line", verb);
    }
  }
};

Text facts_of(const GuardedBlock& block) {
  Text facts = {};
  facts.add("%zu byte%s", block.size, block.size == 1 ? "" : "s");
  facts.add_site("allocated", block.made);
  if (block.state != State::kLive) {
    facts.add_site(block.went_with_scope ? "its scope ended" : "freed", block.freed);
  }
  if (!block.is_counted) facts.add(", of %s", block.name);
  return facts;
}

// --- Guard bytes ---------------------------------------------------------------------

bool has_guards(const BlockSource* source) { return !(kToolGuardsLibc && source->is_libc); }
size_t guard_of(const BlockSource* source) {
  if (!has_guards(source)) return 0;
  return source->is_libc ? kGuard : kShortGuard;
}

// AddressSanitizer knows memory in granules of 8 bytes: of one that a block begins in, the
// bytes before the block count as the block's.
char* front_end(char* p) {
  return kChecker == Checker::kAsan ? reinterpret_cast<char*>(address(p) & ~uintptr_t{7}) : p;
}

struct Guards {
  char* front;
  size_t front_size;
  char* back;
  size_t back_size;
};

Guards guards_of(const GuardedBlock& block) {
  char* const end = block.memory + block.whole;
  return {block.memory, distance(block.memory, front_end(block.p)), block.p + block.size,
          distance(block.p + block.size, end)};
}

void poison_guards(const GuardedBlock& block) {
  const Guards guards = guards_of(block);
  poison(guards.front, guards.front_size);
  poison(guards.back, guards.back_size);
}

void make_fresh(char* p, size_t size) {
  unpoison(p, size);
  memset(p, kFreshByte, size);
  unpoison(p, size);  // written by us, not initialized by the user
}

// The first byte of a range that has lost its poison.
const char* first_written(const char* p, size_t size) {
  while (size > 0 && is_poisoned(p, 1)) {
    ++p;
    --size;
  }
  return p;
}

// Whether something was written to that should not have been, and what; `damage` may be null.
bool find_damage(const GuardedBlock& block, Text* damage) {
  if (block.state == State::kGone) return false;
  const auto say = [&](const char* what, size_t behind, const char* at) {
    if (damage == nullptr) return true;
    *damage = {};
    damage->add("%s at %p", what, static_cast<const void*>(at));
    if (behind != 0) damage->add(", %zu byte%s behind its last", behind, behind == 1 ? "" : "s");
    damage->add("\n    the block: %s", facts_of(block).text);
    return true;
  };
  const Guards guards = guards_of(block);
  if (has_guards(block.source)) {
    if (!is_untouched(guards.front, guards.front_size)) {
      return say("write before the start of a block", 0, block.p);
    }
    if (!is_untouched(guards.back, guards.back_size)) {
      const char* const written = first_written(guards.back, guards.back_size);
      return say("write past the end of a block", distance(guards.back, written) + 1, block.p);
    }
  }
  if (block.state == State::kQuarantined && !is_untouched(block.p, block.size)) {
    return say(
        block.went_with_scope ? "write to memory whose scope has ended" : "write to freed memory",
        0, first_written(block.p, block.size));
  }
  return false;
}

void verify(const GuardedBlock& block) {
  Text damage;
  if (find_damage(block, &damage)) die_here("%s", damage.text);
}

// --- The registry --------------------------------------------------------------------

GuardedBlock* find_exact(Registry& r, const void* p) {
  const auto it = r.blocks.find(static_cast<const char*>(p));
  return it != r.blocks.end() ? &it->second : nullptr;
}

// The live block around `p`, or null. Where blocks lie in another one, it is the inner one.
GuardedBlock* find_around(Registry& r, const void* p) {
  const auto it = r.blocks.upper_bound(static_cast<const char*>(p));
  if (it == r.blocks.begin()) return nullptr;
  GuardedBlock& block = std::prev(it)->second;
  const bool is_around = address(p) - address(block.p) < block.size;
  return is_around && block.state == State::kLive ? &block : nullptr;
}

void add_bytes(BlockTotals* totals, size_t more, size_t less) {
  totals->live_bytes += more - less;
  if (totals->live_bytes > totals->peak_bytes) totals->peak_bytes = totals->live_bytes;
}

void link(BlockList* list, GuardedBlock* block) {
  block->list = list;
  block->newer = nullptr;
  block->older = list->newest;
  if (list->newest != nullptr) list->newest->newer = block;
  list->newest = block;
  add_bytes(list->totals, plain_bytes(block->size), 0);
  list->totals->largest = std::max(list->totals->largest, block->size);
  ++list->totals->made;
}

void unlink(GuardedBlock* block) {
  BlockList* const list = block->list;
  (block->newer != nullptr ? block->newer->older : list->newest) = block->older;
  if (block->older != nullptr) block->older->newer = block->newer;
  add_bytes(list->totals, 0, plain_bytes(block->size));
  ++list->totals->freed;
  block->list = nullptr;
}

// The same where the list itself may be gone: a fixed buffer ends with its memory, without a
// word. Only the neighbors are touched.
void drop(GuardedBlock* block) {
  if (!block->source->takes_rest) return unlink(block);
  if (block->newer != nullptr) block->newer->older = block->older;
  if (block->older != nullptr) block->older->newer = block->newer;
}

// Whether a new block lies in `block`, one of the allocator below, where its source has its
// memory from.
bool is_below(const GuardedBlock& block, const GuardedBlock& fresh) {
  return block.state == State::kLive && block.p <= fresh.memory &&
         fresh.memory + fresh.whole <= block.p + block.size &&
         !(block.source == fresh.source && block.context == fresh.context);
}

// Memory that comes from a source was returned to it before, by whatever way: what was
// known of it is no longer true. But a `fresh` block may lie in one of an allocator below.
void forget_overlapped(Registry& r, const char* begin, const char* end,
                       const GuardedBlock* fresh = nullptr) {
  auto it = r.blocks.lower_bound(begin);
  if (it != r.blocks.begin()) --it;
  while (it != r.blocks.end() && it->second.memory < end) {
    GuardedBlock& block = it->second;
    const bool stays = fresh != nullptr ? is_below(block, *fresh)
                                        : block.state == State::kLive && block.p <= begin &&
                                              end <= block.p + block.size;
    if (block.memory + block.whole <= begin || stays) {
      ++it;
      continue;
    }
    if (block.state == State::kLive) drop(&block);
    if (block.state == State::kQuarantined) r.quarantined -= block.whole;
    it = r.blocks.erase(it);  // its address stays in `freed`, where it means nothing then
  }
}

void give_back(const GuardedBlock& block) {
  // A stale pointer is not to find what was there.
  if (has_guards(block.source)) poison(block.memory, block.whole);
  // Defined: MemorySanitizer would hold it against whoever gets the memory next and writes
  // it in code that is not instrumented, the C++ library's for one.
  unpoison_defined(block.memory, block.whole);
  block.source->give(block.context, block.memory);
}

// Takes the block that was freed first out of quarantine, or out of memory.
void forget_oldest(Registry& r) {
  const char* const p = r.freed.front();
  r.freed.pop_front();
  const auto it = r.blocks.find(p);
  if (it == r.blocks.end() || it->second.state == State::kLive) return;
  if (it->second.state == State::kQuarantined) {
    const GuardedBlock block = it->second;
    verify(block);
    r.quarantined -= block.whole;
    r.blocks.erase(it);
    give_back(block);
    return;
  }
  r.blocks.erase(it);
}

void bound_quarantine(Registry& r, size_t bytes) {
  while (r.quarantined > bytes || r.freed.size() > kRemembered) forget_oldest(r);
}

// A live block is freed. Returns whether its memory is to be returned by the caller,
// without the lock: the source may be an allocator with blocks in the registry.
bool retire(Registry& r, GuardedBlock* block, bool went_with_scope) {
  unlink(block);
  block->freed = current_site;
  block->went_with_scope = went_with_scope;
  const bool stays = block->source->is_kept && has_guards(block->source);
  block->state = stays ? State::kQuarantined : State::kGone;
  r.freed.push_back(block->p);
  if (!stays) return true;
#ifdef CEX_DETAIL_ASAN
  // LeakSanitizer does not find the registry's pointer to it.
  __lsan_ignore_object(block->memory);
#endif
  poison(block->p, block->size);
  r.quarantined += block->whole;
  return false;
}

// The live block at `p` that belongs to the list's owner, whole, or a report of what `call`
// was given instead.
GuardedBlock* find_own(Registry& r, const BlockList* list, const void* p, const char* call) {
  GuardedBlock* const block = find_exact(r, p);
  if (block != nullptr && block->state != State::kLive) {
    die_here("double free: %s of a block that was freed before, %p\n    the block: %s", call, p,
             facts_of(*block).text);
  }
  if (block != nullptr && block->list->totals == list->totals) {
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
        "%s of a pointer into the middle of a block: %p is %zu bytes behind its start\n"
        "    the block: %s",
        call, p, address(p) - address(around->p), facts_of(*around).text);
  }
  die_here("%s of a pointer that this allocator does not own: %p\n    it is no block of %s", call,
           p, list->name);
}

// Where a block lies in its memory. In memory of the C library its address has no more
// alignment than was asked for, so that asking for too little shows.
char* place(const BlockSource* source, char* memory, size_t align) {
  const size_t guard = guard_of(source);
  if (!source->is_libc) return memory + std::max(guard, align);
  return reinterpret_cast<char*>(round_up(address(memory) + guard, 2 * align) + align);
}

// What to ask the source for: a tool has to know the block's true end.
size_t take_align(const BlockSource* source, size_t align) {
  return std::max(alignof(max_align_t), has_guards(source) ? align : 2 * align);
}

// Its bytes; 0: more than there can be.
size_t whole_bytes(const BlockSource* source, size_t size, size_t align) {
  const size_t guard = guard_of(source);
  const size_t front = source->is_libc ? guard + 3 * align : std::max(guard, align);
  // What is written to the element behind the last one stays in the guard bytes.
  const size_t extra = has_guards(source) ? front + std::max(guard, align) + 15 : align;
  size_t whole = 0;
  if (__builtin_add_overflow(size, extra, &whole) || whole > static_cast<size_t>(PTRDIFF_MAX)) {
    return 0;
  }
  // AddressSanitizer can't poison a part of 8 bytes.
  return has_guards(source) ? whole & ~size_t{15} : whole;
}

// What a program without leak checks of its own gets. After all objects of the program are
// gone, also those that were made before the first block.
[[gnu::destructor]] void check_at_exit() {
  const CallSite call(Site{});
  if (!registry().checks_at_exit) return;
  fflush(nullptr);  // what follows may end the program without
  const LeakText leaks = describe_leaks(0);
  if (leaks.blocks != 0) {
    LiveBlock first;
    size_t bytes = 0;
    live_blocks(0, &first, 1, &bytes);
    die(first.site, "%s", leaks.text);
  }
  verify_blocks();
}

// Enters a block into the registry; `like` has what is not known from the list.
void enter(BlockList* list, const GuardedBlock& like) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  forget_overlapped(r, like.memory, like.memory + like.whole, &like);
  GuardedBlock* const block = &r.blocks.insert_or_assign(like.p, like).first->second;
  if (block->number == 0) {
    block->number = number_of_all != 0 ? number_of_all : r.next_number++;
  }
  link(list, block);
}

}  // namespace

const BlockSource kLibcBlocks = {
    .take =
        [](void*, size_t bytes, size_t align) {
          if (align <= alignof(max_align_t)) return malloc(bytes);
          void* p = nullptr;
          return posix_memalign(&p, align, bytes) == 0 ? p : nullptr;
        },
    .resize = nullptr,
    .give = [](void*, void* p) { free(p); },
    .takes_rest = false,
    .is_libc = true,
    .is_kept = true,
};

void* guarded_malloc(BlockList* list, size_t size, size_t align) {
  return guarded_malloc_from(list, list->context, size, align);
}

void* guarded_malloc_from(BlockList* list, void* context, size_t size, size_t align) {
  const BlockSource* const source = list->source;
  const size_t whole = whole_bytes(source, size, align);
  if (whole == 0) return nullptr;
  char* const memory = static_cast<char*>(source->take(context, whole, take_align(source, align)));
  if (memory == nullptr) return nullptr;
  GuardedBlock block = {};
  block.p = place(source, memory, align);
  block.size = block.room = size;
  block.align = align;
  block.memory = memory;
  block.whole = whole;
  block.name = list->name;
  block.source = source;
  block.context = context;
  block.made = current_site;
  block.is_counted = list->is_counted;
  poison_guards(block);
  make_fresh(block.p, size);
  enter(list, block);
#ifdef CEX_DETAIL_ASAN
  // Blocks of an arena go with it: they are not to be looked for one by one.
  if (source->is_libc && !list->is_counted) __lsan_ignore_object(memory);
#endif
  return block.p;
}

namespace {

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
    unlink(block);
    r.blocks.erase(moved.p);
  }
  const size_t old_size = moved.size;
  moved.p = memory + distance(moved.memory, moved.p);
  moved.memory = memory;
  moved.whole = whole;
  moved.size = moved.room = size;
  moved.made = current_site;
  poison_guards(moved);
  if (size > old_size) make_fresh(moved.p + old_size, size - old_size);
  enter(list, moved);
  return moved.p;
}

// A block that stays where it is; `size` is at most its room.
void resize_in_place(GuardedBlock* block, size_t size) {
  add_bytes(block->list->totals, plain_bytes(size), plain_bytes(block->size));
  const size_t old_size = block->size;
  block->size = size;
  block->made = current_site;
  if (size > old_size) {
    make_fresh(block->p + old_size, size - old_size);
  } else {
    poison(block->p + size, old_size - size);
  }
}

}  // namespace

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
    if (block->list != list) {
      Text text = {};
      text.add(
          "realloc across scopes: a block of scope depth %u is resized to %zu bytes at depth %u "
          "and "
          "would be gone when that scope ends\n    the block: %s",
          block->list->depth, size, list->depth, facts_of(*block).text);
      if (block->list->depth != 0) text.add_site("its scope opened", block->list->opened);
      if (list->depth != 0) text.add_site("the other scope opened", list->opened);
      die_here("%s", text.text);
    }
    const bool can_resize = block->source->resize != nullptr;
    if (!list->moves_always && size <= block->room && (size <= block->size || can_resize) &&
        !block->source->takes_rest) {
      resize_in_place(block, size);
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
    if (!retire(r, block, false)) {
      bound_quarantine(r, kQuarantineBytes);
      return;
    }
    bound_quarantine(r, kQuarantineBytes);
  }
  give_back(freed);
}

void guarded_free_all(BlockList* list) {
  Registry& r = registry();
  for (;;) {
    GuardedBlock freed = {};
    {
      const std::lock_guard lock(r.mutex);
      bool must_give = false;
      while (list->newest != nullptr && !must_give) {
        verify(*list->newest);
        freed = *list->newest;
        must_give = retire(r, list->newest, true);
      }
      bound_quarantine(r, kQuarantineBytes);
      if (!must_give) return;
    }
    give_back(freed);
  }
}

void guarded_verify(const BlockList* list) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  for (const GuardedBlock* b = list->newest; b != nullptr; b = b->older) verify(*b);
}

void guarded_forget(BlockList* list) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  while (list->newest != nullptr) {
    GuardedBlock* const block = list->newest;
    unlink(block);
    r.blocks.erase(block->p);
  }
}

void guarded_forget_range(const void* begin, const void* end) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  forget_overlapped(r, static_cast<const char*>(begin), static_cast<const char*>(end));
}

bool guarded_owns(const BlockTotals* allocator, const void* p) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  // Other allocators' blocks may lie in it.
  auto it = r.blocks.upper_bound(static_cast<const char*>(p));
  while (it != r.blocks.begin()) {
    const GuardedBlock& block = (--it)->second;
    const size_t offset = address(p) - address(block.p);
    if (offset >= allocator->largest) return false;
    const bool is_live = block.state == State::kLive;
    if (is_live && block.list->totals == allocator && offset < block.size) return true;
  }
  return false;
}

void guarded_mark(const void* p, const char* what) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  if (GuardedBlock* const block = find_exact(r, p)) block->special = what;
}

AsOldAs::AsOldAs(uint64_t number) : before_(number_of_all) { number_of_all = number; }
AsOldAs::~AsOldAs() { number_of_all = before_; }

uint64_t next_block_number() {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  return r.next_number;
}

uint64_t take_block_number() {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  return r.next_number++;
}

size_t begin_allowed(uint64_t from) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  r.allowed.push_back({from, UINT64_MAX});
  return r.allowed.size() - 1;
}

void end_allowed(size_t index, uint64_t to) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  r.allowed[index].to = to;
  // One that covers nothing need not stay.
  while (!r.allowed.empty() && r.allowed.back().from == r.allowed.back().to) {
    r.allowed.pop_back();
  }
}

size_t live_blocks(uint64_t from, LiveBlock* blocks, size_t max, size_t* bytes) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  size_t found = 0;
  size_t held = 0;
  *bytes = 0;
  for (const auto& [p, block] : r.blocks) {
    if (block.state != State::kLive || !block.is_counted || block.number < from) continue;
    const uint64_t number = block.number;
    if (std::any_of(r.allowed.begin(), r.allowed.end(),
                    [number](Range a) { return a.from <= number && number < a.to; })) {
      continue;
    }
    ++found;
    *bytes += block.size;
    // The oldest ones, in order.
    if (held == max && (max == 0 || number > blocks[held - 1].number)) continue;
    size_t at = held < max ? held++ : held - 1;
    for (; at > 0 && blocks[at - 1].number > number; --at) blocks[at] = blocks[at - 1];
    blocks[at] = {block.p, block.size, block.made, number};
  }
  return found;
}

LeakText describe_leaks(uint64_t from) {
  constexpr size_t kMaxLines = 12;
  constexpr size_t kMaxListed = 2400;  // so that die() has room for the rest
  LiveBlock blocks[kMaxLines];
  LeakText leaks = {};
  leaks.blocks = live_blocks(from, blocks, kMaxLines, &leaks.bytes);
  if (leaks.blocks == 0) return leaks;
  const auto plural = [](size_t n) { return n == 1 ? "" : "s"; };
  char* at = leaks.text;
  char* const end = leaks.text + sizeof(leaks.text);
  const auto room = [&] { return static_cast<size_t>(end - at); };
  at += snprintf(at, room(), "leak: %zu block%s, %zu byte%s of mem$ not freed", leaks.blocks,
                 plural(leaks.blocks), leaks.bytes, plural(leaks.bytes));
  size_t listed = 0;
  for (; listed < std::min(leaks.blocks, kMaxLines) && at < leaks.text + kMaxListed; ++listed) {
    const LiveBlock& block = blocks[listed];
    char place[560] = "an unknown line";
    if (block.site.file != nullptr) {
      snprintf(place, sizeof(place), "%s:%d", block.site.file, block.site.line);
    }
    at += snprintf(at, room(), "\n    %zu byte%s at %p, allocated at %s", block.size,
                   plural(block.size), block.p, place);
  }
  if (leaks.blocks > listed) snprintf(at, room(), "\n    and %zu more", leaks.blocks - listed);
  return leaks;
}

void verify_blocks() {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  for (const auto& [p, block] : r.blocks) {
    if (block.source->is_kept) verify(block);
  }
  bound_quarantine(r, kQuarantineAfterCheck);
}

void take_block_damage(void (*found)(const char* text, void* context), void* context) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  for (const auto& [p, block] : r.blocks) {
    Text damage;
    if (!block.source->is_kept || !find_damage(block, &damage)) continue;
    found(damage.text, context);
    poison_guards(block);
    if (block.state == State::kQuarantined) poison(block.p, block.size);
  }
  bound_quarantine(r, kQuarantineAfterCheck);
}

void disable_exit_check() { registry().checks_at_exit = false; }

}  // namespace cex::detail
