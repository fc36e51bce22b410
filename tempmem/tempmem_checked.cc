// tmem$ with the checks of CEX_TEST; tempmem.cc has it without them.
#include "cex/arena/internal/checked_arena.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/stack_trace.h"
#include "cex/sanitizer/internal/symbolizer.h"
#include "cex/tempmem.h"
#include "cex/tempmem/internal/thread_end.h"

namespace cex {
namespace detail {
namespace {

// Between scopes nothing is allocated.

[[noreturn]] void die_outside_scope(size_t size) {
  die_here(
      "tmem$ is used outside a mem$scope: %zu byte%s asked for\n"
      "    open one around the code that uses it: mem$scope(tmem$, _) { … }",
      size, plural(size));
}

void* refuse_malloc(IAllocator, size_t size, size_t align) {
  if (is_valid_request(size, align)) die_outside_scope(size);
  return nullptr;
}

void* refuse_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  size_t bytes = 0;
  return __builtin_mul_overflow(count, size, &bytes) ? nullptr : refuse_malloc(self, bytes, align);
}

void* refuse_realloc(IAllocator self, void*, size_t size, size_t align) {
  return refuse_malloc(self, size, align);
}

constexpr Allocator_i kBetweenScopes = {
    refuse_malloc,       refuse_calloc,      refuse_realloc,      checked_free,
    checked_scope_enter, checked_scope_exit, checked_scope_depth, {kCheckedLevelMagic, true, true},
};

// Not an object of the type, which has a constructor: this is usable from the start.
alignas(CheckedArena) constinit thread_local char memory[sizeof(CheckedArena)] = {};
constinit thread_local CheckedArena* arena = nullptr;

IAllocator first_scope_enter(IAllocator) {
  if (arena == nullptr) {
    at_thread_end();
    arena = checked_init(memory, &temp_head, kBetweenScopes, "tmem$", &kLibcBlocks, nullptr);
  }
  return checked_enter(temp_head.innermost, __builtin_return_address(0));
}

// What tmem$ is in a thread that has not opened a scope yet. Whoever keeps it uses the
// thread's level 0 from then on.

void* first_free(IAllocator, void* p) {
  if (arena != nullptr) return checked_free(&arena->outermost.base, p);
  if (p == nullptr) return nullptr;
  die_here("free of a pointer that this allocator does not own: %p\n    it is no block of tmem$",
           p);
}
void first_scope_exit(IAllocator) {
  if (arena != nullptr) return checked_scope_exit(&arena->outermost.base);
  die_here("scope_exit without a scope_enter before it");
}
uint32_t first_scope_depth(IAllocator) { return temp_stats().scope_depth; }

extern constinit const Level before_first_scope;
constinit const Level before_first_scope = {
    .base = {refuse_malloc,
             refuse_calloc,
             refuse_realloc,
             first_free,
             first_scope_enter,
             first_scope_exit,
             first_scope_depth,
             {kCheckedLevelMagic, true, true}},
};

}  // namespace

constinit thread_local ArenaHead temp_head = {.innermost = &before_first_scope.base};

void temp_release() {
  if (arena == nullptr) return;
  // Scopes that are open here were left by exit(), or end later: they stay, without blocks.
  for (Level* l = level_of(temp_head.innermost); l != nullptr; l = l->outer) {
    guarded_free_all(&static_cast<CheckedLevel*>(l)->blocks);
  }
}

void temp_end_scopes() {
  if (arena != nullptr) checked_clear(arena);
}

void temp_left_open() {
  const auto* const level = static_cast<const CheckedLevel*>(level_of(temp_head.innermost));
  const Site site = level->blocks.opened;
  char opened[600] = "";
  if (site.file == nullptr) {
    // The interface's scope_enter is not told its line.
    StackTrace caller;
    caller.depth = 1;
    caller.frames[0] = const_cast<void*>(level->opened_by);
    describe_frame(caller, 0, find_symbol, opened, sizeof(opened));
  }
  die(site, "a thread ends inside a scope of tmem$: %u still open%s%s", level->depth,
      opened[0] != '\0' ? "\n    the innermost was opened in:\n" : "", opened);
}

}  // namespace detail

AllocatorStats temp_stats() {
  return detail::arena != nullptr ? detail::checked_stats(detail::arena) : AllocatorStats{};
}

}  // namespace cex
