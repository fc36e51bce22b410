// The arrays that ours is compared with, of uint64_t, each behind
//
//   push(value)     appends
//   last()          the last element
//   sum()           of all elements
//
// A peer whose Debian package is missing is left out: see //third_party/peers.
#ifndef CEX_BENCH_ARRAY_PEERS_H_
#define CEX_BENCH_ARRAY_PEERS_H_

#include <stddef.h>
#include <stdint.h>

#include <memory_resource>
#include <span>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "cex/arena.h"
#include "cex/arr.h"

#ifdef CEX_BENCH_HAS_BOOST
#include <boost/container/vector.hpp>
#endif
#ifdef CEX_BENCH_HAS_LLVM
#include <llvm/ADT/SmallVector.h>
#endif
#ifdef CEX_BENCH_HAS_GLIB
#include <glib.h>
#endif
#ifdef CEX_BENCH_HAS_STB
#include "bench/stb_ds.h"
#endif

namespace cex::bench {

template <typename Range>
uint64_t sum_of(const Range& range) {
  uint64_t sum = 0;
  for (const uint64_t value : range) sum += value;
  return sum;
}

struct CexArray {
  ~CexArray() { arr$free(a); }
  void push(uint64_t value) { arr$push(a, value); }
  uint64_t last() const { return arr$last(a); }
  uint64_t sum() const { return sum_of(a); }

  arr$(uint64_t) a = arr$new(a, mem$);
};

// In an arena, where the last block grows in place.
struct CexArrayInArena {
  ~CexArrayInArena() { AllocatorArena.destroy(arena); }
  void push(uint64_t value) { arr$push(a, value); }
  uint64_t last() const { return arr$last(a); }
  uint64_t sum() const { return sum_of(a); }

  IAllocator arena = AllocatorArena.create(4096);
  arr$(uint64_t) a = arr$new(a, arena);
};

template <typename Vector>
struct StandardArray {
  void push(uint64_t value) { a.push_back(value); }
  uint64_t last() const { return a.back(); }
  uint64_t sum() const { return sum_of(a); }

  Vector a;
};

// In a pool, which hands large blocks on to new and delete.
struct PmrArray {
  void push(uint64_t value) { a.push_back(value); }
  uint64_t last() const { return a.back(); }
  uint64_t sum() const { return sum_of(a); }

  std::pmr::unsynchronized_pool_resource pool;
  std::pmr::vector<uint64_t> a{&pool};
};

#ifdef CEX_BENCH_HAS_GLIB
struct GlibArray {
  GlibArray() = default;
  ~GlibArray() { g_array_free(a, TRUE); }
  GlibArray(const GlibArray&) = delete;
  GlibArray& operator=(const GlibArray&) = delete;
  void push(uint64_t value) { g_array_append_vals(a, &value, 1); }
  uint64_t last() const { return data()[a->len - 1]; }
  uint64_t sum() const { return sum_of(std::span(data(), a->len)); }
  const uint64_t* data() const { return static_cast<const uint64_t*>(static_cast<void*>(a->data)); }

  GArray* a = g_array_new(FALSE, FALSE, sizeof(uint64_t));
};
#endif

#ifdef CEX_BENCH_HAS_STB
struct StbArray {
  ~StbArray() { arrfree(a); }
  void push(uint64_t value) { arrput(a, value); }
  uint64_t last() const {
    return arrlast(a);  // NOLINT: not asked of an empty array
  }
  uint64_t sum() const { return sum_of(std::span(a, static_cast<size_t>(arrlen(a)))); }

  uint64_t* a = nullptr;
};
#endif

// Calls f.template operator()<Array>(name) for each array.
template <typename F>
void for_each_array(F f) {
  f.template operator()<CexArray>("cex");
  f.template operator()<CexArrayInArena>("cex_arena");
  f.template operator()<StandardArray<std::vector<uint64_t>>>("std_vector");
  f.template operator()<PmrArray>("pmr_pool_vector");
  f.template operator()<StandardArray<absl::InlinedVector<uint64_t, 1>>>("absl_inlined");
#ifdef CEX_BENCH_HAS_BOOST
  f.template operator()<StandardArray<boost::container::vector<uint64_t>>>("boost_vector");
#endif
#ifdef CEX_BENCH_HAS_LLVM
  f.template operator()<StandardArray<llvm::SmallVector<uint64_t, 0>>>("llvm_small");
#endif
#ifdef CEX_BENCH_HAS_GLIB
  f.template operator()<GlibArray>("glib_garray");
#endif
#ifdef CEX_BENCH_HAS_STB
  f.template operator()<StbArray>("stb_ds");
#endif
}

}  // namespace cex::bench

#endif  // CEX_BENCH_ARRAY_PEERS_H_
