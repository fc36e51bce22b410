#include "cex/sanitizer/internal/guard_bytes.h"

#include <algorithm>

#include "cex/report.h"
#include "cex/sanitizer/internal/shadow_access.h"
#include "cex/sanitizer/internal/stack_memory.h"

namespace cex::detail {
namespace {

using State = GuardedBlock::State;

// Guard bytes on each side. Many, since a write that runs past them meets the records of
// whatever lies there.
constexpr size_t kGuard = 64;
// The same in memory that may be short, a caller's buffer for one.
constexpr size_t kShortGuard = 32;

// Whether the tool has guard bytes and a quarantine of its own for the C library's blocks.
constexpr bool kToolGuardsLibc = kChecker == Checker::kAsan || kChecker == Checker::kValgrind;

constexpr uintptr_t round_up(uintptr_t n, size_t align) { return (n + align - 1) & ~(align - 1); }

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

// Faster than a look at each byte.
bool has_pattern(const char* p, size_t size) {
  return size == 0 ||
         (static_cast<unsigned char>(*p) == kPoisonByte && memcmp(p, p + 1, size - 1) == 0);
}

bool is_poison_intact(const GuardedBlock& block, const char* p, size_t size) {
  return block.is_on_stack ? has_pattern(p, size) : detail::is_poison_intact(p, size);
}

// The first byte of a range that has lost its poison.
const char* first_written(const GuardedBlock& block, const char* p, size_t size) {
  while (size > 0 && is_poison_intact(block, p, 1)) {
    ++p;
    --size;
  }
  return p;
}

}  // namespace

Text facts_of(const GuardedBlock& block) {
  Text facts;
  facts.add("%zu byte%s", block.size, plural(block.size));
  facts.add_site("allocated", block.made);
  if (block.state != State::kLive) {
    facts.add_site(block.went_with_scope ? "its scope ended" : "freed", block.freed);
  }
  if (!block.is_counted) facts.add(", of %s", block.name);
  return facts;
}

bool has_guards(const BlockSource* source) {
  return !source->has_pages && !(kToolGuardsLibc && source->is_libc);
}

char* place(const BlockSource* source, char* memory, size_t align) {
  const size_t guard = guard_of(source);
  if (source->has_pages) return memory;
  if (!source->is_libc) return memory + std::max(guard, align);
  return reinterpret_cast<char*>(round_up(address(memory) + guard, 2 * align) + align);
}

size_t take_align(const BlockSource* source, size_t align) {
  if (source->has_pages) return align;
  return std::max(alignof(max_align_t), has_guards(source) ? align : 2 * align);
}

size_t whole_bytes(const BlockSource* source, size_t size, size_t align) {
  if (source->has_pages) return size;
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

void poison(const GuardedBlock& block, char* p, size_t size) {
  if (!block.is_on_stack) return cex::poison(p, size);
  memset(p, kPoisonByte, size);
}

void poison_guards(const GuardedBlock& block) {
  const Guards guards = guards_of(block);
  poison(block, guards.front, guards.front_size);
  poison(block, guards.back, guards.back_size);
}

bool is_poison_intact(const char* p, size_t size) {
  if (kChecker == Checker::kPattern) return has_pattern(p, size);
  return is_poisoned(p, size) || (kChecker == Checker::kAsan && is_on_stack(p));
}

void make_fresh(char* p, size_t size) {
  unpoison(p, size);
  memset(p, kFreshByte, size);
  unpoison(p, size);  // written by us, not initialized by the user
}

bool find_damage(const GuardedBlock& block, Text* damage) {
  if (block.state == State::kGone) return false;
  const auto say = [&](const char* what, size_t behind, const char* at) {
    *damage = {};
    damage->add("%s at %p", what, static_cast<const void*>(at));
    if (behind != 0) damage->add(", %zu byte%s behind its last", behind, plural(behind));
    damage->add("\n    the block: %s", facts_of(block).text);
    return true;
  };
  const Guards guards = guards_of(block);
  if (has_guards(block.source)) {
    if (!is_poison_intact(block, guards.front, guards.front_size)) {
      return say("write before the start of a block", 0, block.p);
    }
    if (!is_poison_intact(block, guards.back, guards.back_size)) {
      const char* const written = first_written(block, guards.back, guards.back_size);
      return say("write past the end of a block", distance(guards.back, written) + 1, block.p);
    }
  }
  if (block.state == State::kQuarantined && !is_poison_intact(block, block.p, block.size)) {
    return say(
        block.went_with_scope ? "write to memory whose scope has ended" : "write to freed memory",
        0, first_written(block, block.p, block.size));
  }
  return false;
}

void verify(const GuardedBlock& block) {
  Text damage;
  if (find_damage(block, &damage)) die_here("%s", damage.text);
}

}  // namespace cex::detail
