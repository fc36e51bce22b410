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

#include <memory>
#include <memory_resource>

#include <benchmark/benchmark.h>

#include "bench/floor.h"
#include "bench/keep.h"
#include "bench/malloc_peers.h"
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
#ifdef CEX_BENCH_HAS_TALLOC
#include <talloc.h>
#endif
#ifdef CEX_BENCH_HAS_BUMPALO
// third_party/peers/bumpalo.rs
extern "C" void* cex_bumpalo_new(size_t bytes);
extern "C" void* cex_bumpalo_alloc(const void* bump, size_t size);
extern "C" void cex_bumpalo_reset(void* bump);
extern "C" void cex_bumpalo_delete(void* bump);
#endif

namespace cex::bench {

// One page holds a round of any benchmark here, so that no peer is measured by
// the page size it happens to start with.
inline constexpr size_t kArenaBytes = size_t{256} << 10;

// The most blocks that a round takes.
inline constexpr size_t kMostBlocks = 1000;

// The compiler must assume that somebody else may look at the arena.
template <typename Peer>
std::unique_ptr<Peer> make_escaped() {
  auto peer = std::make_unique<Peer>();
  Peer* escaped = peer.get();
  keep(escaped);
  return peer;
}

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
  CexArena() = default;
  ~CexArena() { AllocatorArena.destroy(arena); }
  CexArena(const CexArena&) = delete;
  CexArena& operator=(const CexArena&) = delete;

  IAllocator arena = AllocatorArena.create(kArenaBytes);
};

// Called through its own type, so that the compiler may inline it.
struct PmrMonotonic {
  static constexpr const char* kName = "pmr_monotonic";
  void* alloc(size_t size) { return arena.allocate(size, 16); }
  void reset() { arena.release(); }

  alignas(64) char buffer[kArenaBytes];
  std::pmr::monotonic_buffer_resource arena{buffer, kArenaBytes};
};

// Blocks go back one by one, as it is meant to be used, so that its chunks stay.
struct PmrPool {
  static constexpr const char* kName = "pmr_pool";
  struct Block {
    void* at;
    size_t size;
  };
  void* alloc(size_t size) {
    blocks[count] = {pool.allocate(size, 16), size};
    return blocks[count++].at;
  }
  void reset() {
    for (size_t i = 0; i < count; ++i) pool.deallocate(blocks[i].at, blocks[i].size, 16);
    count = 0;
  }

  Block blocks[kMostBlocks];
  size_t count = 0;
  std::pmr::unsynchronized_pool_resource pool;
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
    // By itself it is not safe for threads.
    [[maybe_unused]] static const apr_status_t initialized = apr_pool_initialize();
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

#ifdef CEX_BENCH_HAS_TALLOC
// A talloc pool, which holds its blocks and the 96 bytes that it keeps of each.
struct Talloc {
  static constexpr const char* kName = "talloc_pool";
  Talloc() : pool(talloc_pool(nullptr, 2 * kArenaBytes)) {}
  ~Talloc() { talloc_free(pool); }
  Talloc(const Talloc&) = delete;
  Talloc& operator=(const Talloc&) = delete;
  void* alloc(size_t size) { return talloc_size(pool, size); }
  void reset() { talloc_free_children(pool); }

  void* pool;
};
#endif

#ifdef CEX_BENCH_HAS_BUMPALO
// Through a C interface: Rust code would have the bump inline.
struct Bumpalo {
  static constexpr const char* kName = "bumpalo_c";
  Bumpalo() : bump(cex_bumpalo_new(kArenaBytes)) {}
  ~Bumpalo() { cex_bumpalo_delete(bump); }
  Bumpalo(const Bumpalo&) = delete;
  Bumpalo& operator=(const Bumpalo&) = delete;
  void* alloc(size_t size) { return cex_bumpalo_alloc(bump, size); }
  void reset() { cex_bumpalo_reset(bump); }

  void* bump;
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

// A malloc for each block, and a free for each at the reset.
template <typename Heap>
struct MallocFree {
  static constexpr const char* kName = Heap::kName;
  void* alloc(size_t size) { return blocks[count++] = Heap::get(size); }
  void reset() {
    for (size_t i = 0; i < count; ++i) Heap::put(blocks[i]);
    count = 0;
  }

  void* blocks[kMostBlocks];
  size_t count = 0;
};

// Calls f.template operator()<Peer>() for each.
template <typename F>
void for_each_arena(F f) {
  f.template operator()<Floor>();
  f.template operator()<CexArena>();
  f.template operator()<PmrMonotonic>();
  f.template operator()<PmrPool>();
#ifdef CEX_BENCH_HAS_LLVM
  f.template operator()<Llvm>();
#endif
#ifdef CEX_BENCH_HAS_PROTOBUF
  f.template operator()<Protobuf>();
#endif
#ifdef CEX_BENCH_HAS_APR
  f.template operator()<Apr>();
#endif
#ifdef CEX_BENCH_HAS_TALLOC
  f.template operator()<Talloc>();
#endif
#ifdef CEX_BENCH_HAS_BUMPALO
  f.template operator()<Bumpalo>();
#endif
  f.template operator()<Obstack>();
  for_each_malloc([&]<typename Heap>() { f.template operator()<MallocFree<Heap>>(); });
}

}  // namespace cex::bench

#endif  // CEX_BENCH_ARENA_PEERS_H_
