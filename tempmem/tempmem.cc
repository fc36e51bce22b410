// tmem$ without the checks of CEX_TEST; tempmem_checked.cc has it with them.
#include "cex/tempmem.h"

#include "cex/arena/internal/core.h"
#include "cex/tempmem/internal/thread_end.h"

namespace cex {
namespace detail {
namespace {

// Between scopes nothing is allocated.

void* refuse_malloc(IAllocator, size_t, size_t) { return nullptr; }
void* refuse_calloc(IAllocator, size_t, size_t, size_t) { return nullptr; }
void* refuse_realloc(IAllocator, void*, size_t, size_t) { return nullptr; }

constexpr Allocator_i kBetweenScopes = {
    refuse_malloc,     refuse_calloc,    refuse_realloc,    level_free,
    level_scope_enter, level_scope_exit, level_scope_depth, {kTempMagic, true, true},
};

// The C library, for a thread that is told when to free it all.

void* take(IAllocator, size_t size, size_t align) {
  at_thread_end();
  return heap.malloc(&heap, size, align);
}

constexpr Allocator_i kPages = {
    take, heap.calloc, heap.realloc, heap.free, nullptr, nullptr, nullptr, heap.meta,
};

constinit CEX_DETAIL_THREAD_LOCAL ArenaMemory memory = {};

bool has_level_0() { return memory.core.head != nullptr; }

IAllocator first_scope_enter(IAllocator) {
  if (!has_level_0()) {
    memory.core.backing = &kPages;
    memory.core.page_bytes = kTempPageBytes;
    core_init(&memory.core, &temp_head, kBetweenScopes, ArenaMemory::kLevels);
  }
  return level_scope_enter(temp_head.innermost);
}

// What tmem$ is in a thread that has not opened a scope yet. Its head leads to itself and to
// no inner level, so that MemScope calls scope_enter(). Whoever keeps it uses the thread's
// level 0 from then on.

void* first_free(IAllocator, void* p) {
  return has_level_0() ? level_free(&memory.core.outermost.base, p) : nullptr;
}
void first_scope_exit(IAllocator) {
  if (has_level_0()) level_scope_exit(&memory.core.outermost.base);
}
uint32_t first_scope_depth(IAllocator) { return temp_stats().scope_depth; }

extern constinit const ArenaLevel before_first_scope;
constinit ArenaHead head_before_first_scope = {.innermost = &before_first_scope.base};
constinit ArenaCore core_before_first_scope = {.head = &head_before_first_scope, .outermost = {}};
constinit const ArenaLevel before_first_scope = {
    Level{.base = {refuse_malloc,
                   refuse_calloc,
                   refuse_realloc,
                   first_free,
                   first_scope_enter,
                   first_scope_exit,
                   first_scope_depth,
                   {kTempMagic, true, true}},
          .head = &head_before_first_scope},
    &core_before_first_scope,
};

}  // namespace

constinit CEX_DETAIL_THREAD_LOCAL ArenaHead temp_head = {.innermost = &before_first_scope.base};

void temp_release() {
  if (has_level_0()) core_clear(&memory.core);
}

void temp_end_scopes() {
  if (has_level_0()) core_end_scopes(&memory.core);
}

void temp_left_open() { temp_end_scopes(); }

}  // namespace detail

AllocatorStats temp_stats() {
  return detail::has_level_0() ? detail::core_stats(&detail::memory.core) : AllocatorStats{};
}

}  // namespace cex
