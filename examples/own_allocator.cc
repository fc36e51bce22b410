// An allocator of your own: a pool of blocks of one size, with a list of the free ones. Allocating
// and freeing a block take one step each, in any order.
//
// It implements IAllocator, so everything that takes one can use it. It takes its memory from
// another allocator, in one block.
#include <cstdio>

#include "cex/arena.h"

namespace {

constexpr size_t kBlockBytes = 64;

struct Pool {
  Allocator_i base;  // first, so that `self` leads to the pool
  struct Free {
    Free* next;
  };
  Free* free_list;
};

// The interface is const so that no one changes its pointers; the pool is ours.
Pool* pool_of(IAllocator self) { return reinterpret_cast<Pool*>(const_cast<Allocator_i*>(self)); }

void* pool_malloc(IAllocator self, size_t size, size_t align) {
  Pool* const pool = pool_of(self);
  if (size > kBlockBytes || align > kBlockBytes || pool->free_list == nullptr) return nullptr;
  Pool::Free* const block = pool->free_list;
  pool->free_list = block->next;
  return block;
}

void* pool_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  if (size != 0 && count > kBlockBytes / size) return nullptr;
  char* const block = static_cast<char*>(pool_malloc(self, count * size, align));
  for (size_t i = 0; block != nullptr && i < kBlockBytes; ++i) block[i] = 0;
  return block;
}

void* pool_realloc(IAllocator self, void* p, size_t size, size_t align) {
  if (p == nullptr) return pool_malloc(self, size, align);
  return size <= kBlockBytes ? p : nullptr;  // every block has that much room
}

void* pool_free(IAllocator self, void* p) {
  if (p == nullptr) return nullptr;
  Pool* const pool = pool_of(self);
  pool->free_list = ::new (p) Pool::Free{pool->free_list};
  return nullptr;
}

// No scopes: mem$scope on a pool ends the program with a message.
IAllocator no_scope(IAllocator) { return nullptr; }
void no_exit(IAllocator) {}
uint32_t no_depth(IAllocator) { return 0; }

// A pool of `count` blocks, in memory of `a` and as long as that; nullptr if there is none.
IAllocator make_pool(IAllocator a, size_t count) {
  constexpr Allocator_i kInterface = {
      pool_malloc, pool_calloc, pool_realloc, pool_free,
      no_scope,    no_exit,     no_depth,     {0x900d9001, false, false}};
  Pool* const pool = mem$new(a, Pool, kInterface, nullptr);
  char* const blocks = mem$calloc(a, count, kBlockBytes, kBlockBytes);
  if (pool == nullptr || blocks == nullptr) return nullptr;
  for (size_t i = count; i-- > 0;) pool_free(&pool->base, blocks + i * kBlockBytes);
  return &pool->base;
}

}  // namespace

int main() {
  mem$arena(4096, arena) {
    const IAllocator pool = make_pool(arena, 3);
    if (pool == nullptr) return 1;
    int* first = mem$malloc(pool, sizeof(int));
    int* second = mem$malloc(pool, kBlockBytes);
    const int* third = mem$malloc(pool, 1);
    const int* fourth = mem$malloc(pool, 1);
    std::printf("a fourth of three blocks: %s\n", fourth == nullptr ? "no" : "yes");
    std::printf("65 bytes: %s\n", mem$malloc(pool, kBlockBytes + 1) == nullptr ? "no" : "yes");
    const int* const was = second;
    mem$free(pool, second);
    second = mem$malloc(pool, 8);
    std::printf("the freed block is used again: %s\n", second == was ? "yes" : "no");
    mem$free(pool, first);
    mem$free(pool, third);
  }
  return 0;
}
