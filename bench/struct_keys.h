// Structured keys: structs as keys, in two kinds.
//
//   Place    16 bytes without padding: equal values have equal bytes. hm$, uthash and
//            stb_ds take such as bytes, Abseil by AbslHashValue, Boost by its
//            hash_value, std and GLib by a function that their user writes, which is
//            PlaceHash here.
//   Named    a name and a number: equal by content, not by bytes. All that take it hash
//            it with Abseil's hash through AbslHashValue, but for hm$, which gives
//            AbslHashValue a hash of its own.
#ifndef CEX_BENCH_STRUCT_KEYS_H_
#define CEX_BENCH_STRUCT_KEYS_H_

#include <stddef.h>
#include <stdint.h>

#include <functional>
#include <string_view>
#include <utility>

#include "absl/hash/hash.h"

#ifdef CEX_BENCH_HAS_BOOST
#include <boost/container_hash/hash.hpp>
#endif

namespace cex::bench {

struct Place {
  uint32_t device;
  uint32_t kind;
  uint64_t inode;
  bool operator==(const Place&) const = default;
};

// The combination that one finds in many programs, over the standard library's hash.
struct PlaceHash {
  size_t operator()(const Place& place) const {
    size_t hash = std::hash<uint64_t>()(place.inode);
    combine(hash, std::hash<uint32_t>()(place.device));
    combine(hash, std::hash<uint32_t>()(place.kind));
    return hash;
  }
  static void combine(size_t& hash, size_t more) {
    hash ^= more + 0x9e3779b97f4a7c15U + (hash << 6) + (hash >> 2);
  }
};

#ifdef CEX_BENCH_HAS_BOOST
inline size_t hash_value(const Place& place) {
  size_t hash = 0;
  boost::hash_combine(hash, place.device);
  boost::hash_combine(hash, place.kind);
  boost::hash_combine(hash, place.inode);
  return hash;
}
#endif

// Place has no AbslHashValue of its own: hm$ would prefer that to the bytes.
struct AbslPlaceHash {
  struct Fields {
    const Place& place;
    template <typename H>
    friend H AbslHashValue(H state, const Fields& f) {
      return H::combine(std::move(state), f.place.device, f.place.kind, f.place.inode);
    }
  };
  size_t operator()(const Place& place) const { return absl::Hash<Fields>()(Fields{place}); }
};

struct Named {
  std::string_view name;
  uint32_t space;
  bool operator==(const Named&) const = default;

  template <typename H>
  friend H AbslHashValue(H state, const Named& key) {
    state = H::combine_contiguous(std::move(state), key.name.data(), key.name.size());
    return H::combine(std::move(state), key.name.size(), key.space);
  }
};

// What std, Boost and tsl take for it.
struct NamedHash {
  size_t operator()(const Named& key) const { return absl::Hash<Named>()(key); }
};

}  // namespace cex::bench

#endif  // CEX_BENCH_STRUCT_KEYS_H_
