// What an arena's options are for, beside what others do there.
//
//   frames          a loop of frames whose memory goes at their end: many small blocks; or some,
//                   with a large one of 1 MiB; or what is freed is only the arena's to keep
//   grow_in_turns   ten arrays get a number each in turns, up to so many; per number
//   reserved        one array gets that many numbers; per number
//
// In frames every peer keeps what it can from frame to frame.
#include <memory_resource>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/arena_peers.h"
#include "bench/checksum.h"
#include "cex/arena.h"
#include "cex/arr.h"

namespace cex::bench {
namespace {

// Frames. Each has frame(f), where f is called with alloc(size).

constexpr size_t kFramePage = size_t{64} << 10;

struct InScope {
  explicit InScope(ArenaOptions options) : arena(AllocatorArena.create(kFramePage, options)) {}
  ~InScope() { AllocatorArena.destroy(arena); }
  InScope(const InScope&) = delete;
  InScope& operator=(const InScope&) = delete;
  template <typename F>
  void frame(F f) {
    mem$scope(arena, a) f([a](size_t size) -> void* { return mem$malloc(a, size); });
  }

  IAllocator arena;
};

struct Retained : InScope {
  static constexpr const char* kName = "cex";
  Retained() : InScope({.retain_bytes = size_t{4} << 20}) {}
};
struct ByDefault : InScope {
  static constexpr const char* kName = "cex_default";
  ByDefault() : InScope({}) {}
};
struct Reserved : InScope {
  static constexpr const char* kName = "cex_reserved";
  Reserved() : InScope({.retain_bytes = size_t{4} << 20, .reserve = size_t{1} << 30}) {}
};
struct ByReset : InScope {
  static constexpr const char* kName = "cex_reset";
  ByReset() : InScope({.retain_bytes = size_t{4} << 20}) {}
  template <typename F>
  void frame(F f) {
    f([a = arena](size_t size) -> void* { return mem$malloc(a, size); });
    AllocatorArena.reset(arena);
  }
};

// release() frees all that it has.
struct PmrRelease {
  static constexpr const char* kName = "pmr_release";
  template <typename F>
  void frame(F f) {
    f([this](size_t size) { return memory.allocate(size, 16); });
    memory.release();
  }

  std::pmr::monotonic_buffer_resource memory{kFramePage};
};

// As Zig's ArenaAllocator with .retain_capacity: at the end of a frame one buffer of all that
// it took replaces its parts.
struct RetainCapacity {
  static constexpr const char* kName = "retain_capacity";
  RetainCapacity() = default;
  ~RetainCapacity() {
    for (char* const part : parts) free(part);
  }
  RetainCapacity(const RetainCapacity&) = delete;
  RetainCapacity& operator=(const RetainCapacity&) = delete;
  void* alloc(size_t size) {
    size = (size + 15) & ~size_t{15};
    if (size > left) [[unlikely]]
      add(size);
    char* const p = at;
    at += size;
    left -= size;
    return p;
  }
  [[gnu::noinline]] void add(size_t size) {
    left = total / 2 > size + kFramePage ? total / 2 : size + kFramePage;
    at = static_cast<char*>(malloc(left));
    parts.push_back(at);
    total += left;
  }
  template <typename F>
  void frame(F f) {
    f([this](size_t size) { return alloc(size); });
    if (parts.size() > 1) {
      for (char* const part : parts) free(part);
      parts.assign(1, static_cast<char*>(malloc(total)));
    }
    at = parts.front();
    left = total;
  }

  std::vector<char*> parts;
  char* at = nullptr;
  size_t left = 0;
  size_t total = 0;
};

#ifdef CEX_BENCH_HAS_BUMPALO
// Its reset() keeps the newest chunk, which is the largest.
struct BumpaloReset {
  static constexpr const char* kName = "bumpalo_reset_c";
  template <typename F>
  void frame(F f) {
    f([this](size_t size) { return peer.alloc(size); });
    peer.reset();
  }

  Bumpalo peer;
};
#endif

struct MallocFree {
  static constexpr const char* kName = "malloc_free";
  template <typename F>
  void frame(F f) {
    f([this](size_t size) { return blocks.emplace_back(malloc(size)); });
    for (void* const p : blocks) free(p);
    blocks.clear();
  }

  std::vector<void*> blocks;
};

std::vector<size_t> sizes_of(bool has_large) {
  std::vector<size_t> sizes(1000, 64);
  if (has_large) sizes[500] = size_t{1} << 20;
  return sizes;
}

template <typename Peer>
void frames(benchmark::State& state, bool has_large) {
  const std::vector<size_t> sizes = sizes_of(has_large);
  Peer peer;
  for (auto _ : state) {
    peer.frame([&](auto alloc) {
      for (const size_t size : sizes) {
        void* const p = alloc(size);
        keep(p);
        *static_cast<char*>(p) = 1;
      }
    });
    benchmark::ClobberMemory();
  }
  state.counters["per"] = static_cast<double>(sizes.size());
  uint64_t sum = 0;
  peer.frame([&](auto alloc) {
    std::vector<void*> blocks;
    for (const size_t size : sizes) {
      blocks.push_back(alloc(size));
      fill_block(blocks.back(), size, blocks.size() - 1);
    }
    for (size_t i = 0; i < sizes.size(); ++i) sum += sum_block(blocks[i], sizes[i]);
  });
  set_checksum(state, sum);
}

template <typename Peer>
void add_frames() {
  for (const bool has_large : {false, true}) {
    const std::string name = has_large ? "frames/1000x64_1x1MiB/" : "frames/1000x64/";
    benchmark::RegisterBenchmark((name + Peer::kName).c_str(), frames<Peer>, has_large);
  }
}

// Arrays. Each is made with room for none, and has push(i, value), at(i) as a range.

template <size_t kArrays>
struct CexArrays {
  explicit CexArrays(IAllocator a) : allocator(a) {
    for (arr$(uint32_t) & array : arrays) array = arr$new(array, a);
  }
  void push(size_t i, uint32_t value) { arr$push(arrays[i], value); }
  const arr$(uint32_t) & at(size_t i) const { return arrays[i]; }

  IAllocator allocator;
  arr$(uint32_t) arrays[kArrays];
};

template <size_t kArrays>
struct OnHeap : CexArrays<kArrays> {
  static constexpr const char* kName = "cex_heap";
  OnHeap() : CexArrays<kArrays>(mem$) {}
  ~OnHeap() {
    for (arr$(uint32_t) & array : this->arrays) arr$free(array);
  }
  OnHeap(const OnHeap&) = delete;
  OnHeap& operator=(const OnHeap&) = delete;
};

template <size_t kArrays, size_t kPageBytes, size_t kReserve>
struct InArenaOf : CexArrays<kArrays> {
  InArenaOf() : CexArrays<kArrays>(AllocatorArena.create(kPageBytes, {.reserve = kReserve})) {}
  ~InArenaOf() { AllocatorArena.destroy(this->allocator); }
  InArenaOf(const InArenaOf&) = delete;
  InArenaOf& operator=(const InArenaOf&) = delete;
};
template <size_t kArrays>
struct InPages : InArenaOf<kArrays, size_t{64} << 10, 0> {
  static constexpr const char* kName = "cex_arena";
};
template <size_t kArrays>
struct InLargePages : InArenaOf<kArrays, size_t{16} << 20, 0> {
  static constexpr const char* kName = "cex_arena_16_MiB_pages";
};
template <size_t kArrays>
struct InRange : InArenaOf<kArrays, size_t{64} << 10, size_t{4} << 30> {
  static constexpr const char* kName = "cex";
};

template <size_t kArrays>
struct Vectors {
  static constexpr const char* kName = "std_vector";
  void push(size_t i, uint32_t value) { arrays[i].push_back(value); }
  const std::vector<uint32_t>& at(size_t i) const { return arrays[i]; }
  std::vector<uint32_t> arrays[kArrays];
};

template <size_t kArrays>
struct PmrVectors {
  static constexpr const char* kName = "std_pmr_monotonic";
  PmrVectors() : arrays(kArrays, &memory) {}
  void push(size_t i, uint32_t value) { arrays[i].push_back(value); }
  const std::pmr::vector<uint32_t>& at(size_t i) const { return arrays[i]; }
  std::pmr::monotonic_buffer_resource memory;
  std::pmr::vector<std::pmr::vector<uint32_t>> arrays;
};

template <size_t kArrays, typename Arrays>
void fill(Arrays& arrays, uint32_t n) {
  for (uint32_t value = 0; value < n; ++value) {
    for (size_t i = 0; i < kArrays; ++i) arrays.push(i, value);
  }
}

template <size_t kArrays, typename Arrays>
void pushes(benchmark::State& state, uint32_t n, bool is_reserved) {
  uint64_t sum = 0;
  for (auto _ : state) {
    Arrays arrays;
    if constexpr (requires { arrays.arrays[0].reserve(n); }) {
      if (is_reserved) arrays.arrays[0].reserve(n);
    }
    fill<kArrays>(arrays, n);
    keep(&arrays.at(0));
    benchmark::ClobberMemory();
    if (sum != 0) continue;
    state.PauseTiming();
    for (size_t i = 0; i < kArrays; ++i) {
      for (const uint32_t value : arrays.at(i)) sum += value;
    }
    state.ResumeTiming();
  }
  state.counters["per"] = static_cast<double>(kArrays) * n;
  set_checksum(state, sum);
}

template <size_t kArrays, typename Arrays>
void add_pushes(const char* family, uint32_t n, const char* who, bool is_reserved = false) {
  const std::string name = std::string(family) + '/' + std::to_string(n) + '/' + who;
  benchmark::RegisterBenchmark(name.c_str(), pushes<kArrays, Arrays>, n, is_reserved);
}

[[maybe_unused]] const bool added = [] {
  add_frames<Retained>();
  add_frames<ByDefault>();
  add_frames<ByReset>();
  add_frames<Reserved>();
  add_frames<RetainCapacity>();
  add_frames<PmrRelease>();
  add_frames<MallocFree>();
#ifdef CEX_BENCH_HAS_BUMPALO
  add_frames<BumpaloReset>();
#endif
  for (const uint32_t n : {10'000u, 1'000'000u}) {
    const auto add = [n]<typename Arrays>(const char* who) {
      add_pushes<10, Arrays>("grow_in_turns", n, who);
    };
    add.operator()<InPages<10>>("cex");
    add.operator()<InLargePages<10>>(InLargePages<10>::kName);
    add.operator()<InRange<10>>("cex_reserved");
    add.operator()<OnHeap<10>>(OnHeap<10>::kName);
    add.operator()<Vectors<10>>(Vectors<10>::kName);
    add.operator()<PmrVectors<10>>(PmrVectors<10>::kName);
  }
  for (const uint32_t n : {10'000u, 1'000'000u, 100'000'000u}) {
    add_pushes<1, InRange<1>>("reserved", n, InRange<1>::kName);
    add_pushes<1, InPages<1>>("reserved", n, InPages<1>::kName);
    add_pushes<1, OnHeap<1>>("reserved", n, OnHeap<1>::kName);
    add_pushes<1, Vectors<1>>("reserved", n, "std_vector");
    add_pushes<1, Vectors<1>>("reserved", n, "std_vector_reserved", true);
  }
  return true;
}();

}  // namespace
}  // namespace cex::bench
