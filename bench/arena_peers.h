// The arenas that ours is compared with, each behind the same few functions:
//
//   alloc(size)   a block aligned to 16
//   reset()       all blocks are gone; memory that was got from the heap is kept
//                 where the peer can keep it
//
// and, where the peer has marks: mark() and rewind(mark).
//
// A peer whose Debian package is missing is left out: see //third_party/peers.
#ifndef CEX_BENCH_ARENA_PEERS_H_
#define CEX_BENCH_ARENA_PEERS_H_

#include <obstack.h>
#include <stdlib.h>

#include <memory_resource>

#include "bench/floor.h"
#include "cex/arena.h"

#ifdef CEX_BENCH_HAS_LLVM
#include <llvm/Support/Allocator.h>
#endif
#ifdef CEX_BENCH_HAS_PROTOBUF
#include <google/protobuf/arena.h>
#endif
#ifdef CEX_BENCH_HAS_APR
#include <apr_pools.h>
#endif

namespace cex::bench {

// One page holds a round of any benchmark here, so that no peer is measured by
// the page size it happens to start with.
inline constexpr size_t kArenaBytes = size_t{256} << 10;

struct Floor {
  static constexpr const char* kName = "floor";
  void* alloc(size_t size) { return arena.alloc(size); }
  void reset() { arena.reset(); }
  char* mark() { return arena.mark(); }
  void rewind(char* to) { arena.rewind(to); }

  alignas(64) char buffer[kArenaBytes];
  FloorArena arena{buffer, kArenaBytes};
};

// Ours, used as users do: blocks in a scope.
struct CexArena {
  static constexpr const char* kName = "cex";
  IAllocator arena = AllocatorArena.create(kArenaBytes);
  ~CexArena() { AllocatorArena.destroy(arena); }
};

// Called through its own type, so that the compiler may inline it.
struct PmrMonotonic {
  static constexpr const char* kName = "pmr_monotonic";
  void* alloc(size_t size) { return arena.allocate(size, 16); }
  void reset() { arena.release(); }

  alignas(64) char buffer[kArenaBytes];
  std::pmr::monotonic_buffer_resource arena{buffer, kArenaBytes};
};

#ifdef CEX_BENCH_HAS_LLVM
struct Llvm {
  static constexpr const char* kName = "llvm_bump";
  void* alloc(size_t size) { return arena.Allocate(size, llvm::Align(16)); }
  void reset() { arena.Reset(); }

  llvm::BumpPtrAllocatorImpl<llvm::MallocAllocator, kArenaBytes, kArenaBytes> arena;
};
#endif

#ifdef CEX_BENCH_HAS_PROTOBUF
// Its blocks are aligned to 8; it has no other alignment at this price.
struct Protobuf {
  static constexpr const char* kName = "protobuf_arena";
  void* alloc(size_t size) { return google::protobuf::Arena::CreateArray<char>(&arena, size); }
  void reset() { arena.Reset(); }

  static google::protobuf::ArenaOptions options(char* memory) {
    google::protobuf::ArenaOptions o;
    o.initial_block = memory;
    o.initial_block_size = kArenaBytes;
    return o;
  }
  alignas(64) char buffer[kArenaBytes];
  google::protobuf::Arena arena{options(buffer)};
};
#endif

#ifdef CEX_BENCH_HAS_APR
// Its blocks are aligned to 8.
struct Apr {
  static constexpr const char* kName = "apr_pool";
  Apr() {
    apr_pool_initialize();
    apr_pool_create(&pool, nullptr);
  }
  ~Apr() { apr_pool_destroy(pool); }
  Apr(const Apr&) = delete;
  Apr& operator=(const Apr&) = delete;
  void* alloc(size_t size) { return apr_palloc(pool, size); }
  void reset() { apr_pool_clear(pool); }

  apr_pool_t* pool = nullptr;
};
#endif

struct Obstack {
  static constexpr const char* kName = "obstack";
  Obstack() {
    obstack_specify_allocation(&stack, kArenaBytes, 16, malloc, free);
    first = obstack_alloc(&stack, 1);
  }
  ~Obstack() { obstack_free(&stack, nullptr); }
  Obstack(const Obstack&) = delete;
  Obstack& operator=(const Obstack&) = delete;
  void* alloc(size_t size) { return obstack_alloc(&stack, static_cast<int>(size)); }
  void reset() { obstack_free(&stack, first); }
  void* mark() { return obstack_base(&stack); }
  void rewind(void* to) { obstack_free(&stack, to); }

  obstack stack{};
  void* first = nullptr;
};

// malloc for each block, and free for each at the reset.
struct Malloc {
  static constexpr const char* kName = "malloc_free";
  static constexpr size_t kMost = 1000;
  void* alloc(size_t size) { return blocks[count++] = malloc(size); }
  void reset() {
    for (size_t i = 0; i < count; ++i) free(blocks[i]);
    count = 0;
  }

  void* blocks[kMost];
  size_t count = 0;
};

}  // namespace cex::bench

#endif  // CEX_BENCH_ARENA_PEERS_H_
