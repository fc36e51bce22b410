#include "cex/allocator/internal/checks.h"

#include <stdio.h>
#include <string.h>

#include "cex/allocator/internal/living_threads.h"
#include "cex/allocator/internal/pages.h"
#include "cex/sanitizer/internal/untouched.h"

namespace cex::detail {

#ifndef CEX_TEST

namespace {

// Poisons bytes that a block had. A wrong pointer, or a write before the block, may have made
// `size` anything, and then AddressSanitizer ends the program here, with a report. Valgrind has
// told of the write, and would take minutes, and all of the memory, to mark so many bytes.
void poison_given_back(const Bump* bump, char* p, size_t size) {
  if (kChecker == Checker::kValgrind && size > bump->reserved) return;
  poison(p, size);
}

}  // namespace

void open_block(Bump*, char* p, size_t size, size_t) {
  write_hidden(&header_of(p)->size, size);
  unpoison(p, size);
}

void resize_block(Bump* bump, char* p, size_t old_size, size_t size) {
  write_hidden(&header_of(p)->size, size);
  if (size > old_size) {
    unpoison(p + old_size, size - old_size);
  } else {
    poison_given_back(bump, p + size, old_size - size);
  }
}

void close_block(Bump* bump, char* p) { poison_given_back(bump, p, block_size(p)); }

#else

namespace {

// What the record of the block has for a magic number: a mix of all that it says, so that
// a record which a stray write has changed is not believed.
uint64_t seal(const void* block, const BlockHeader& header, uint64_t magic) {
  constexpr size_t kBegin = offsetof(BlockHeader, size);
  static_assert(kBegin == sizeof(header.magic));
  uint64_t words[(offsetof(BlockHeader, guard) - kBegin) / sizeof(uint64_t)];
  memcpy(words, reinterpret_cast<const char*>(&header) + kBegin, sizeof(words));
  uint64_t mix = magic ^ address(block);
  for (const uint64_t word : words) {
    mix = (mix ^ word) * 0x9e37'79b9'7f4a'7c15;
    mix ^= mix >> 32;
  }
  return mix;
}

void write_record(char* block, BlockHeader header, uint64_t magic) {
  header.magic = seal(block, header, magic);
  copy_hidden(header_of(block), &header, offsetof(BlockHeader, guard));
}

char* bytes_of(BlockHeader* header) { return reinterpret_cast<char*>(header + 1); }

bool is_live(const void* block, const BlockHeader& header) {
  return header.magic == seal(block, header, kLiveBlock);
}

bool is_freed(const void* block, const BlockHeader& header) {
  return header.magic == seal(block, header, kFreedBlock);
}

bool is_record(const void* block, const BlockHeader& header) {
  return is_live(block, header) || is_freed(block, header);
}

// What follows the bytes of a block and belongs to it.
size_t bytes_behind(const char* block, size_t size) {
  return next_block(block, size) - kFront - address(block + size);
}

// Facts about a block for a report; at most as long as the callers' buffers.
struct BlockFacts {
  char text[600];  // with a long path
};

BlockFacts facts_of(const BlockHeader& header) {
  BlockFacts facts;
  if (header.site.file != nullptr) {
    snprintf(facts.text, sizeof(facts.text), "%zu bytes, allocated at %s:%d, scope depth %u",
             header.size, header.site.file, header.site.line, header.depth);
  } else {
    snprintf(facts.text, sizeof(facts.text),
             "%zu bytes, allocated at an unknown line, scope depth %u", header.size, header.depth);
  }
  return facts;
}

// The first byte of a range that has lost its poison.
const char* overwritten(const char* p, size_t size) {
  while (size > 0 && is_poisoned(p, 1)) {
    ++p;
    --size;
  }
  return p;
}

// What is wrong, for a report.
struct Damage {
  char text[sizeof(BlockFacts) + 200];
};

// Whether a guard of the block was overwritten, and which.
bool has_damaged_guard(const char* p, const BlockHeader& header, Damage* damage) {
  if (!is_untouched(header_of(p)->guard, sizeof(header.guard))) {
    snprintf(damage->text, sizeof(damage->text),
             "write before the start of a block at %p\n    the block: %s",
             static_cast<const void*>(p), facts_of(header).text);
    return true;
  }
  const char* const end = p + header.size;
  const size_t behind = bytes_behind(p, header.size);
  if (is_untouched(end, behind)) return false;
  snprintf(damage->text, sizeof(damage->text),
           "write past the end of a block at %p, %zu bytes behind its last\n    the block: %s",
           static_cast<const void*>(p), static_cast<size_t>(overwritten(end, behind) - end) + 1,
           facts_of(header).text);
  return true;
}

void check_guards(const char* p, const BlockHeader& header) {
  Damage damage;
  if (has_damaged_guard(p, header, &damage)) die_here("%s", damage.text);
}

Damage damage_of_record(const void* block) {
  Damage damage;
  snprintf(damage.text, sizeof(damage.text),
           "the record in front of the block at %p was overwritten\n"
           "    by a write before its start, or past the end of the block below it",
           block);
  return damage;
}

[[noreturn, gnu::cold]] void die_of_record(const void* block) {
  die_here("%s", damage_of_record(block).text);
}

// The record of a block that is in the arena's list, or a report that it was overwritten.
BlockHeader record_of(BlockHeader* at) {
  const BlockHeader header = read_hidden<BlockHeader>(at);
  if (!is_record(bytes_of(at), header)) die_of_record(bytes_of(at));
  return header;
}

// Whether the arena made a block at `p` which is still in its list, going by the list up to
// a record that was overwritten.
bool is_listed(const Bump* bump, const void* p) {
  for (BlockHeader* at = bump->newest_block; at != nullptr;) {
    if (at == header_of(p)) return true;
    const BlockHeader header = read_hidden<BlockHeader>(at);
    if (!is_record(bytes_of(at), header)) return false;
    at = header.older;
  }
  return false;
}

// What a freed block holds back.
size_t held_bytes(const char* p, const BlockHeader& header) {
  return kFront + header.size + bytes_behind(p, header.size);
}

size_t next_held_limit(const Bump* bump) {
  return bump->held > kArenaHeldBytes / 2 ? 2 * bump->held : kArenaHeldBytes;
}

void check_still_poisoned(const char* p, size_t size, const char* what) {
  if (is_untouched(p, size)) return;
  die_here(
      "write to memory that was freed or whose scope has ended, found %s\n"
      "    the byte written to: %p",
      what, static_cast<const void*>(overwritten(p, size)));
}

// The first byte that was written to, or nullptr.
const char* first_written(const char* begin, const char* end) {
  // The tools themselves stop a write to poisoned memory.
  if (kChecker != Checker::kPattern || begin >= end) return nullptr;
  const size_t size = static_cast<size_t>(end - begin);
  // All bytes are alike: much faster than to look at each.
  if (is_poisoned(begin, 1) && memcmp(begin, begin + 1, size - 1) == 0) return nullptr;
  const char* const written = overwritten(begin, size);
  return written != end ? written : nullptr;
}

void check_all_poisoned(const char* begin, const char* end, const char* when) {
  if (first_written(begin, end) != nullptr) {
    check_still_poisoned(begin, static_cast<size_t>(end - begin), when);
  }
}

// Takes a block out of the books, after a last look at it: nothing is left of it but poison.
void forget_block(Bump* bump, char* p, const BlockHeader& header, const char* when) {
  check_guards(p, header);
  if (is_live(p, header)) {
    --header.page->live_blocks;
  } else {
    check_still_poisoned(p, header.size, when);
    bump->held -= held_bytes(p, header);
  }
  // Poison alone would leave the record readable where a tool marks memory.
  write_hidden(&header_of(p)->magic, uint64_t{0});
  poison(p - kFront, kFront + header.size);
}

void check_rewound(const Bump* bump, const char* when) {
  for (const Page* page = bump->reserve; page != nullptr; page = page->older) {
    check_all_poisoned(reinterpret_cast<const char*>(page + 1),
                       reinterpret_cast<const char*>(page) + page->bytes, when);
  }
  if (bump->window == nullptr) return;
  check_all_poisoned(bump->live - kFront,
                     reinterpret_cast<const char*>(bump->window) + bump->window->bytes, when);
}

const char* take_written(char* begin, const char* end) {
  const char* const written = first_written(begin, end);
  if (written != nullptr) poison(begin, static_cast<size_t>(end - begin));
  return written;
}

// The first byte that check_rewound would report, or nullptr; all is poisoned anew.
const void* take_rewound_damage(Bump* bump) {
  const char* written = nullptr;
  for (Page* page = bump->reserve; page != nullptr; page = page->older) {
    const char* const at = take_written(reinterpret_cast<char*>(page + 1),
                                        reinterpret_cast<const char*>(page) + page->bytes);
    if (written == nullptr) written = at;
  }
  if (bump->window != nullptr) {
    const char* const at = take_written(
        bump->live - kFront, reinterpret_cast<const char*>(bump->window) + bump->window->bytes);
    if (written == nullptr) written = at;
  }
  return written;
}

// What take_damage has to say of a block, which is then whole again. False: nothing.
bool take_block_damage(char* p, const BlockHeader& header, Damage* damage) {
  const bool freed = is_freed(p, header);
  if (!has_damaged_guard(p, header, damage)) {
    if (!freed || is_untouched(p, header.size)) return false;
    snprintf(damage->text, sizeof(damage->text), "write to freed memory at %p\n    the block: %s",
             static_cast<const void*>(overwritten(p, header.size)), facts_of(header).text);
  }
  poison(header_of(p)->guard, sizeof(header.guard));
  poison(p + header.size, bytes_behind(p, header.size));
  if (freed) poison(p, header.size);
  return true;
}

}  // namespace

void open_block(Bump* bump, char* p, size_t size, size_t align) {
  char* const begin = p - kFront;
  check_still_poisoned(begin, kFront + size + bytes_behind(p, size), "when it was allocated again");
  BlockHeader header{};
  header.size = size;
  header.older = bump->newest_block;
  const bool is_on_newest = address(p) - address(bump->newest) < bump->newest->bytes;
  header.page = is_on_newest ? bump->newest : bump->window;
  header.site = current_site;
  header.depth = static_cast<uint32_t>(depth_of(bump));
  header.align = static_cast<uint32_t>(align);
  write_record(p, header, kLiveBlock);
  ++header.page->live_blocks;
  bump->newest_block = header_of(p);
  unpoison(p, size);
  memset(p, kFreshByte, size);
  unpoison(p, size);  // written by us, not initialized by the user
}

void resize_block(Bump*, char* p, size_t old_size, size_t size) {
  if (size > old_size) {
    check_still_poisoned(p + old_size, size - old_size + bytes_behind(p, size),
                         "when a block grew into it");
    unpoison(p + old_size, size - old_size);
    memset(p + old_size, kFreshByte, size - old_size);
    unpoison(p + old_size, size - old_size);
  } else {
    poison(p + size, old_size - size);
  }
  BlockHeader header = read_hidden<BlockHeader>(header_of(p));
  header.size = size;
  header.site = current_site;
  write_record(p, header, kLiveBlock);
}

void close_block(Bump* bump, char* p) {
  const BlockHeader header = read_hidden<BlockHeader>(header_of(p));
  write_record(p, header, kFreedBlock);
  poison(p, header.size);
  --header.page->live_blocks;
  bump->held += held_bytes(p, header);
  bump->may_reuse = true;
}

void check_block(const Bump* bump, const void* p, const char* call) {
  if (!bump_owns(bump, p)) {
    die_here("%s of a pointer that this allocator does not own: %p", call, p);
  }
  const bool may_be_block = address(p) % kDefaultAlign == 0;
  const BlockHeader header = may_be_block ? read_hidden<BlockHeader>(header_of(p)) : BlockHeader{};
  if (may_be_block && is_freed(p, header)) {
    die_here("double free: %s of a block that was freed before, %p\n    the block: %s", call, p,
             facts_of(header).text);
  }
  if (!may_be_block || !is_live(p, header)) {
    if (may_be_block && is_listed(bump, p)) die_of_record(p);
    die_here(
        "%s of a pointer that is not the start of a live block: %p\n"
        "    it lies inside another block, was freed, or its scope has ended",
        call, p);
  }
  check_guards(static_cast<const char*>(p), header);
}

void check_resize(const Bump* bump, const void* p, size_t size, size_t align) {
  const BlockHeader header = read_hidden<BlockHeader>(header_of(p));
  if (header.align != align) {
    die_here("realloc with alignment %zu of a block that was allocated with %u\n    the block: %s",
             align, header.align, facts_of(header).text);
  }
  if (header.depth != depth_of(bump)) {
    die_here(
        "realloc across scopes: a block of scope depth %u is resized to %zu bytes at depth "
        "%llu and would be gone when that scope ends\n    the block: %s",
        header.depth, size, static_cast<unsigned long long>(depth_of(bump)), facts_of(header).text);
  }
}

void check_thread(Bump* bump) {
  if (bump->check_thread != nullptr) {
    bump->check_thread(&bump->base);
    return;
  }
  const uint64_t me = this_thread();
  const uint64_t owner = __atomic_load_n(&bump->owner, __ATOMIC_RELAXED);
  if (owner == me) return;
  if (owner != 0 && is_living(owner)) {
    die_here(
        "an arena is used by two threads\n    it belongs to thread %llu, which first used it; "
        "thread %llu uses it now",
        static_cast<unsigned long long>(owner), static_cast<unsigned long long>(me));
  }
  __atomic_store_n(&bump->owner, me, __ATOMIC_RELAXED);
}

void check_scope_order(const Bump* bump, uint64_t expected_depth) {
  if (depth_of(bump) == expected_depth) return;
  die_here("scopes end out of order: the scope at depth %llu ends while depth %llu is open",
           static_cast<unsigned long long>(expected_depth),
           static_cast<unsigned long long>(depth_of(bump)));
}

void close_blocks(Bump* bump, uint64_t depth) {
  while (bump->newest_block != nullptr) {
    const BlockHeader header = record_of(bump->newest_block);
    if (header.depth < depth) break;
    forget_block(bump, bytes_of(bump->newest_block), header, "when its scope ended");
    bump->newest_block = header.older;
  }
  bump->held_limit = next_held_limit(bump);
}

bool reuse_freed(Bump* bump) {
  if (!bump->may_reuse) return false;
  bump->may_reuse = false;
  const size_t held_before = bump->held;
  const uint64_t depth = depth_of(bump);
  BlockHeader* newer = nullptr;  // the last one that stays
  bool is_end_of_window = true;  // nothing behind it in the window stays
  for (BlockHeader* at = bump->newest_block; at != nullptr;) {
    char* const p = bytes_of(at);
    const BlockHeader header = record_of(at);
    // What an outer scope made stands before the marks of this one.
    if (header.depth < depth) break;
    const bool in_window = header.page == bump->window;
    const bool is_free = in_window ? is_end_of_window && is_freed(p, header)
                                   : header.page->depth == depth && header.page->live_blocks == 0;
    if (is_free) {
      forget_block(bump, p, header, "when its memory was to be used again");
      if (in_window) rewind_to(bump, p, true);
      if (newer == nullptr) {
        bump->newest_block = header.older;
      } else {
        BlockHeader of_newer = record_of(newer);
        const uint64_t magic = is_live(bytes_of(newer), of_newer) ? kLiveBlock : kFreedBlock;
        of_newer.older = header.older;
        write_record(bytes_of(newer), of_newer, magic);
      }
    } else {
      newer = at;
      if (in_window) is_end_of_window = false;
    }
    at = header.older;
  }
  drop_empty_pages(bump);
  bump->held_limit = next_held_limit(bump);
  return bump->held < held_before;
}

void check_page(const Page* page) {
  check_all_poisoned(reinterpret_cast<const char*>(page + 1),
                     reinterpret_cast<const char*>(page) + page->bytes,
                     "when its page was given back");
}

void check_all(const Bump* bump, const char* when) {
  for (BlockHeader* at = bump->newest_block; at != nullptr;) {
    const BlockHeader header = record_of(at);
    const char* const p = bytes_of(at);
    check_guards(p, header);
    if (is_freed(p, header)) check_still_poisoned(p, header.size, when);
    at = header.older;
  }
  check_rewound(bump, when);
}

void take_damage(Bump* bump, const char* name, void (*found)(const char* text, void* context),
                 void* context) {
  Damage damage;
  for (BlockHeader* at = bump->has_bad_record ? nullptr : bump->newest_block; at != nullptr;) {
    const BlockHeader header = read_hidden<BlockHeader>(at);
    char* const p = bytes_of(at);
    if (!is_record(p, header)) {
      found(damage_of_record(p).text, context);
      bump->has_bad_record = true;
      break;
    }
    if (take_block_damage(p, header, &damage)) found(damage.text, context);
    at = header.older;
  }
  if (const void* const written = take_rewound_damage(bump)) {
    snprintf(damage.text, sizeof(damage.text), "write to memory of %s whose scope had ended, at %p",
             name, written);
    found(damage.text, context);
  }
}

#endif

}  // namespace cex::detail
