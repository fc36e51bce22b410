// Blocks that change their size, in ns per step:
//
//   to_1MiB           one grows in a thousand steps; in an arena it is the last block, which
//                     grows where it is, and the C library may remap the heap's
//   doubling          one grows from 16 bytes to 1 MiB, twofold each time
//   two_in_turns      two grow in turns, 100 steps of 1 KiB each, so that neither can stay
//                     the last block of an arena: the case against which its README warns
//   back_and_forth    one of 64 KiB shrinks to a half and grows again, 100 times
//
// std::pmr has no realloc; its peer allocates, copies and deallocates, as its users do.
// It has no part in to_1MiB, where it would take half a gigabyte.
#include <string.h>

#include <algorithm>
#include <memory_resource>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/checksum.h"
#include "bench/malloc_peers.h"
#include "cex/arena.h"

#ifdef CEX_BENCH_HAS_TALLOC
#include <talloc.h>
#endif

namespace cex::bench {
namespace {

// Each has round(f), where f is called with resize(block, old size, new size), of which
// a first block is null with an old size of 0, and put(block, size).
template <size_t kPageBytes>
struct InArena {
  InArena() = default;
  ~InArena() { AllocatorArena.destroy(arena); }
  InArena(const InArena&) = delete;
  InArena& operator=(const InArena&) = delete;

  template <typename F>
  void round(F f) {
    mem$scope(arena, a) {
      f([&](void* block, size_t, size_t size) { return mem$realloc(a, block, size).get(); },
        [](void*, size_t) {});  // goes with the scope
    }
  }

  IAllocator arena = AllocatorArena.create(kPageBytes);
};

struct CexHeap {
  template <typename F>
  void round(F f) {
    f([](void* block, size_t, size_t size) { return mem$realloc(mem$, block, size).get(); },
      [](void* block, size_t) { mem$free(mem$, block); });
  }
};

template <typename Heap>
struct OfMalloc {
  template <typename F>
  void round(F f) {
    f([](void* block, size_t, size_t size) { return Heap::resize(block, size); },
      [](void* block, size_t) { Heap::put(block); });
  }
};

struct Pmr {
  template <typename F>
  void round(F f) {
    std::pmr::monotonic_buffer_resource arena(size_t{2} << 20);
    f(
        [&](void* block, size_t old, size_t size) {
          void* const moved = arena.allocate(size, 16);
          if (block != nullptr) {
            memcpy(moved, block, std::min(old, size));
            arena.deallocate(block, old, 16);
          }
          return moved;
        },
        [&](void* block, size_t size) { arena.deallocate(block, size, 16); });
  }
};

#ifdef CEX_BENCH_HAS_TALLOC
struct Talloc {
  template <typename F>
  void round(F f) {
    f([](void* block, size_t, size_t size) { return talloc_realloc_size(nullptr, block, size); },
      [](void* block, size_t) { talloc_free(block); });
  }
};
#endif

// What is done with a block after each step, and before it is freed. Timed: it is
// used, for all that the compiler knows. Checked: what is new is written, and at the end
// all of it is still there.
struct Timed {
  void step(void* block, size_t, size_t) { keep(block); }
  void end(const void*, size_t) {}
};
struct Checked {
  void step(void* block, size_t old, size_t size) {
    if (size > old) fill_block(static_cast<char*>(block) + old, size - old, steps++);
  }
  void end(const void* block, size_t size) { sum = mix(sum + sum_block(block, size)); }

  size_t steps = 0;
  uint64_t sum = 0;
};

struct To1MiB {
  static constexpr const char* kName = "to_1MiB";
  static constexpr size_t kSteps = 1000;
  template <typename Sink, typename Resize, typename Put>
  static void run(Sink& sink, Resize resize, Put put) {
    constexpr size_t kStepBytes = 1048;
    void* p = nullptr;
    for (size_t i = 1; i <= kSteps; ++i) {
      p = resize(p, (i - 1) * kStepBytes, i * kStepBytes);
      sink.step(p, (i - 1) * kStepBytes, i * kStepBytes);
    }
    sink.end(p, kSteps * kStepBytes);
    put(p, kSteps * kStepBytes);
  }
};

struct Doubling {
  static constexpr const char* kName = "doubling";
  static constexpr size_t kSteps = 17;
  template <typename Sink, typename Resize, typename Put>
  static void run(Sink& sink, Resize resize, Put put) {
    void* p = nullptr;
    size_t old = 0;
    for (size_t i = 0; i < kSteps; ++i) {
      const size_t size = size_t{16} << i;
      p = resize(p, old, size);
      sink.step(p, old, size);
      old = size;
    }
    sink.end(p, old);
    put(p, old);
  }
};

struct TwoInTurns {
  static constexpr const char* kName = "two_in_turns";
  static constexpr size_t kSteps = 200;
  template <typename Sink, typename Resize, typename Put>
  static void run(Sink& sink, Resize resize, Put put) {
    void* blocks[2] = {};
    size_t size = 0;
    for (size_t i = 0; i < kSteps / 2; ++i) {
      for (void*& p : blocks) {
        p = resize(p, size, size + 1024);
        sink.step(p, size, size + 1024);
      }
      size += 1024;
    }
    for (void* const p : blocks) sink.end(p, size);
    for (void* const p : blocks) put(p, size);
  }
};

struct BackAndForth {
  static constexpr const char* kName = "back_and_forth";
  static constexpr size_t kSteps = 201;
  template <typename Sink, typename Resize, typename Put>
  static void run(Sink& sink, Resize resize, Put put) {
    constexpr size_t kBytes = size_t{64} << 10;
    void* p = resize(nullptr, 0, kBytes);
    sink.step(p, 0, kBytes);
    for (size_t i = 0; i < kSteps / 2; ++i) {
      p = resize(p, kBytes, kBytes / 2);
      sink.step(p, kBytes, kBytes / 2);
      p = resize(p, kBytes / 2, kBytes);
      sink.step(p, kBytes / 2, kBytes);
    }
    sink.end(p, kBytes);
    put(p, kBytes);
  }
};

template <typename Peer, typename Pattern>
void run(benchmark::State& state) {
  Peer peer;
  Timed timed;
  for (auto _ : state) {
    peer.round([&](auto resize, auto put) { Pattern::run(timed, resize, put); });
  }
  state.counters["per"] = Pattern::kSteps;
  Checked checked;
  peer.round([&](auto resize, auto put) { Pattern::run(checked, resize, put); });
  set_checksum(state, checked.sum);
}

template <typename Peer, typename Pattern>
void add_one(const char* who) {
  benchmark::RegisterBenchmark((std::string("realloc/") + Pattern::kName + '/' + who).c_str(),
                               run<Peer, Pattern>);
}

template <typename Pattern>
void add() {
  add_one<InArena<size_t{2} << 20>, Pattern>("cex_arena");
  // Pages far smaller than the block: it has one of its own, which grows.
  add_one<InArena<4096>, Pattern>("cex_arena_small_pages");
  add_one<CexHeap, Pattern>("cex_heap");
  for_each_malloc([]<typename Heap>() {
    add_one<OfMalloc<Heap>, Pattern>(std::is_same_v<Heap, LibcHeap> ? "libc" : Heap::kName);
  });
  if constexpr (!std::is_same_v<Pattern, To1MiB>) add_one<Pmr, Pattern>("pmr_monotonic");
#ifdef CEX_BENCH_HAS_TALLOC
  add_one<Talloc, Pattern>("talloc");
#endif
}

[[maybe_unused]] const bool added = [] {
  add<To1MiB>();
  add<Doubling>();
  add<TwoInTurns>();
  add<BackAndForth>();
  return true;
}();

}  // namespace
}  // namespace cex::bench
