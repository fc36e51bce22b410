// What ours and the peers have for a scope, each behind
//
//   scope<kDepth, kBlocks, kBytes>(sink)
//
// which enters kDepth scopes, one in another, takes kBlocks blocks of kBytes in each
// (the outer before the inner), and leaves them. `sink` is told of each block, and of
// the end of each scope: Timed lets the compiler think that the blocks are used,
// Checked writes them and reads them back.
//
// Those that can only be emptied as a whole have an outermost scope and no other.
#ifndef CEX_BENCH_SCOPE_PEERS_H_
#define CEX_BENCH_SCOPE_PEERS_H_

#include <memory_resource>

#include "bench/arena_peers.h"
#include "bench/checksum.h"
#include "cex/tempmem.h"

namespace cex::bench {

struct Timed {
  void block(void* p, size_t) { keep(p); }
  void end(size_t) {}
};

class Checked {
 public:
  void block(void* p, size_t size) {
    fill_block(p, size, count_);
    blocks_[count_++] = {p, size};
  }
  // The last `blocks` go.
  void end(size_t blocks) {
    for (size_t i = 0; i < blocks; ++i) {
      --count_;
      sum_ += sum_block(blocks_[count_].at, blocks_[count_].size);
    }
  }
  uint64_t sum() const { return sum_; }

 private:
  struct Block {
    void* at;
    size_t size;
  };
  Block blocks_[100];
  size_t count_ = 0;
  uint64_t sum_ = 0;
};

template <int kBlocks, size_t kBytes, typename Sink, typename Alloc>
[[gnu::always_inline]] inline void take(Sink& sink, Alloc alloc) {
  for (int i = 0; i < kBlocks; ++i) sink.block(alloc(), kBytes);
}

// A peer with marks.
template <typename Peer>
struct MarkRewind {
  template <int kDepth, int kBlocks, size_t kBytes, typename Sink>
  [[gnu::always_inline]] void scope(Sink& sink) {
    const auto mark = peer.mark();
    take<kBlocks, kBytes>(sink, [&] { return peer.alloc(kBytes); });
    if constexpr (kDepth > 1) scope<kDepth - 1, kBlocks, kBytes>(sink);
    sink.end(kBlocks);
    peer.rewind(mark);
  }

  Peer peer;
};

// A peer that can only be emptied as a whole.
template <typename Peer>
struct Reset {
  template <int kDepth, int kBlocks, size_t kBytes, typename Sink>
  [[gnu::always_inline]] void scope(Sink& sink) {
    static_assert(kDepth == 1);
    take<kBlocks, kBytes>(sink, [&] { return peer.alloc(kBytes); });
    sink.end(kBlocks);
    peer.reset();
  }

  Peer peer;
};

struct CexArenaScopes {
  template <int kDepth, int kBlocks, size_t kBytes, typename Sink>
  [[gnu::always_inline]] void scope(Sink& sink) {
    mem$scope(peer.arena, a) {
      take<kBlocks, kBytes>(sink, [&] { return mem$malloc(a, kBytes).get(); });
      if constexpr (kDepth > 1) scope<kDepth - 1, kBlocks, kBytes>(sink);
      sink.end(kBlocks);
    }
  }

  CexArena peer;
};

struct CexTempScopes {
  template <int kDepth, int kBlocks, size_t kBytes, typename Sink>
  [[gnu::always_inline]] void scope(Sink& sink) {
    mem$scope(tmem$, a) {
      take<kBlocks, kBytes>(sink, [&] { return mem$malloc(a, kBytes).get(); });
      if constexpr (kDepth > 1) scope<kDepth - 1, kBlocks, kBytes>(sink);
      sink.end(kBlocks);
    }
  }
};

// The idiom of the standard library: a buffer on the stack, a resource over it.
struct PmrOnStack {
  template <int kDepth, int kBlocks, size_t kBytes, typename Sink>
  [[gnu::always_inline]] void scope(Sink& sink) {
    alignas(64) char buffer[1024];
    std::pmr::monotonic_buffer_resource arena(buffer, sizeof(buffer));
    take<kBlocks, kBytes>(sink, [&] { return arena.allocate(kBytes, 16); });
    if constexpr (kDepth > 1) scope<kDepth - 1, kBlocks, kBytes>(sink);
    sink.end(kBlocks);
  }
};

#ifdef CEX_BENCH_HAS_APR
// A pool for each scope, below that of the scope around it.
struct AprSubpools {
  template <int kDepth, int kBlocks, size_t kBytes, typename Sink>
  [[gnu::always_inline]] void scope(Sink& sink) {
    nest<kDepth, kBlocks, kBytes>(sink, peer.pool);
  }

  template <int kDepth, int kBlocks, size_t kBytes, typename Sink>
  [[gnu::always_inline]] static void nest(Sink& sink, apr_pool_t* parent) {
    apr_pool_t* pool = nullptr;
    apr_pool_create(&pool, parent);
    take<kBlocks, kBytes>(sink, [&] { return apr_palloc(pool, kBytes); });
    if constexpr (kDepth > 1) nest<kDepth - 1, kBlocks, kBytes>(sink, pool);
    sink.end(kBlocks);
    apr_pool_destroy(pool);
  }

  Apr peer;
};
#endif

#ifdef CEX_BENCH_HAS_TALLOC
// A context for each scope, below that of the scope around it, all in one talloc pool.
struct TallocContexts {
  template <int kDepth, int kBlocks, size_t kBytes, typename Sink>
  [[gnu::always_inline]] void scope(Sink& sink) {
    nest<kDepth, kBlocks, kBytes>(sink, peer.pool);
  }

  template <int kDepth, int kBlocks, size_t kBytes, typename Sink>
  [[gnu::always_inline]] static void nest(Sink& sink, void* parent) {
    void* const context = talloc_new(parent);
    take<kBlocks, kBytes>(sink, [&] { return talloc_size(context, kBytes); });
    if constexpr (kDepth > 1) nest<kDepth - 1, kBlocks, kBytes>(sink, context);
    sink.end(kBlocks);
    talloc_free(context);
  }

  Talloc peer;
};
#endif

// Each block from malloc, and freed.
template <typename Heap>
struct MallocScopes {
  template <int kDepth, int kBlocks, size_t kBytes, typename Sink>
  [[gnu::always_inline]] void scope(Sink& sink) {
    void* blocks[kBlocks + 1];
    for (int i = 0; i < kBlocks; ++i) {
      blocks[i] = Heap::get(kBytes);
      sink.block(blocks[i], kBytes);
    }
    if constexpr (kDepth > 1) scope<kDepth - 1, kBlocks, kBytes>(sink);
    sink.end(kBlocks);
    for (int i = 0; i < kBlocks; ++i) Heap::put(blocks[i]);
  }
};

// Whether a scope without blocks is nothing at all.
template <typename Peer>
inline constexpr bool kIsMalloc = false;
template <typename Heap>
inline constexpr bool kIsMalloc<MallocScopes<Heap>> = true;

// Calls f.template operator()<Peer>(name) for each that can nest.
template <typename F>
void for_each_nesting_scope(F f) {
  f.template operator()<MarkRewind<Floor>>("floor");
  f.template operator()<CexArenaScopes>("cex");
  f.template operator()<CexTempScopes>("cex_tmem");
  f.template operator()<PmrOnStack>("pmr_monotonic_on_stack");
#ifdef CEX_BENCH_HAS_APR
  f.template operator()<AprSubpools>("apr_subpool");
#endif
#ifdef CEX_BENCH_HAS_TALLOC
  f.template operator()<TallocContexts>("talloc_context");
#endif
  f.template operator()<MarkRewind<Obstack>>("obstack_mark");
  for_each_malloc([&]<typename Heap>() { f.template operator()<MallocScopes<Heap>>(Heap::kName); });
}

// And those that have one scope, which is all.
template <typename F>
void for_each_scope(F f) {
  for_each_nesting_scope(f);
  f.template operator()<Reset<PmrMonotonic>>("pmr_monotonic_reset");
#ifdef CEX_BENCH_HAS_LLVM
  f.template operator()<Reset<Llvm>>("llvm_bump_reset");
#endif
#ifdef CEX_BENCH_HAS_PROTOBUF
  f.template operator()<Reset<Protobuf>>("protobuf_arena_reset");
#endif
#ifdef CEX_BENCH_HAS_APR
  f.template operator()<Reset<Apr>>("apr_pool_clear");
#endif
#ifdef CEX_BENCH_HAS_BUMPALO
  f.template operator()<Reset<Bumpalo>>("bumpalo_c_reset");
#endif
}

}  // namespace cex::bench

#endif  // CEX_BENCH_SCOPE_PEERS_H_
