/// @file
/// What hm$ and hf$ have in common that does not depend on the types of keys and entries.
///
/// ```text
/// handle --> MapHeader --> entries
///                      \-> chunks or groups, which find them: hm_table.h, hf_table.h
///                      \-> keys   .copy_keys_arena_pgsize only
/// ```
///
/// The header stays where it is for the map's life, so copies of the handle stay
/// good when the map grows.
#ifndef CEX_COLLECTIONS_INTERNAL_MAP_HEADER_H_
#define CEX_COLLECTIONS_INTERNAL_MAP_HEADER_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/allocator.h"
#include "cex/collections/internal/hm_hash.h"
#include "cex/collections/internal/op.h"
#include "cex/collections/internal/slack.h"
#include "cex/report.h"
#ifdef CEX_TEST
#include "cex/sanitizer/internal/guarded_blocks.h"
#endif

namespace cex::detail {

class HmKeyPages;
struct HmChunk;
struct HfGroup;

struct alignas(64) MapHeader {
  // What a lookup reads: one cache line.
  union {
    HmChunk* chunks;  // of a hm$
    HfGroup* groups;  // of a hf$: the block that they and the entries lie in
  };
  size_t mask;  // of a chunk's offset in bytes, 64 * (chunks - 1), or of a group's number
  void* entries;
  size_t length;
  HmSeed seed;
  size_t room;  // entries that fit before anything must grow
  uint32_t magic;
  uint32_t entry_size;

  IAllocator allocator;
  HmKeyPages* key_pages;
  size_t entries_capacity;  // as the rest but for copies_keys, of a hm$ only
  size_t newest;            // where in the index the last insert went: see hm_index_newest()
  bool copies_keys;
  size_t chunk_capacity;  // of their block; after hm$clear the index may be smaller: see hm_reset()
#ifdef CEX_TEST
  Site made;                     // the line of hm$new
  uint64_t hash_sum;             // of all keys: see map_key_check.h
  Slack slack;                   // of the entries that there are not
  mutable size_t next_verified;  // of the entries that lookups verify in turn
  uint64_t birth;                // the number that its blocks have: see AsOldAs
#endif
};

inline constexpr uint32_t kMapMagic = 0xcea105b1;
inline constexpr uint32_t kMapFreed = 0xcea1dead;

// Positions have 32 bits.
inline constexpr size_t kMapMaxEntries = size_t{1} << 31;
// Maps with so many do not fit the caches of most processors: there lookups wait for memory.
inline constexpr size_t kMapBeyondCaches = size_t{1} << 16;

struct MapLayout {
  uint32_t size;   // of one entry
  uint32_t align;  // of one entry
  bool scanned;    // whether a small hm$ does without an index
  bool may_throw;  // whether hashing a key may
};

inline size_t map_block_align(MapLayout layout) {
  return layout.align > kDefaultAlign ? layout.align : kDefaultAlign;
}

// While one lives, the calling thread allocates for the map. What a map takes is no leak of the
// test case that made it grow.
class ForMap {
 public:
#ifdef CEX_TEST
  explicit ForMap(const MapHeader* header) : map_(header->birth) {}

 private:
  AsOldAs map_;
#else
  explicit ForMap(const MapHeader*) {}
#endif
};

// HmOptions as numbers.
struct MapPlan {
  size_t capacity;
  uint64_t seed;
  bool copies_keys;
  size_t key_page_size;
};

// The first memory for `capacity` entries, or for a few where that is 0; false when there is
// none.
using MapStart = bool (*)(MapHeader* header, MapLayout layout, size_t capacity, Site site);
// Frees the memory of the entries, which may be none yet.
using MapEnd = void (*)(MapHeader* header, Site site);

// A map without entries; nullptr (or the end of the program) when there is no memory.
MapHeader* map_create(IAllocator a, const MapPlan& plan, MapLayout layout, bool text_keys,
                      MapStart start, MapEnd end, const Op& op);

// Frees a map; copied keys are the caller's to free, but for their pages.
void map_destroy(MapHeader* header, MapEnd end, Site site);

// Ends the program because an operation could not get memory for `needed` entries, or for the
// copy of a key, of `key_size` bytes where that is not 0.
[[noreturn, gnu::cold]] void map_die_of_memory(const MapHeader* header, size_t needed,
                                               size_t key_size, const Op& op);

// Ends the program because the key of entry `position`, or of any of them where that is
// SIZE_MAX, is not the one that was inserted.
[[noreturn, gnu::cold]] void map_die_of_key(const MapHeader* header, size_t position,
                                            bool points_to_text, const Op& op);

// Ends the program because there is no map to insert into.
[[noreturn, gnu::cold]] void map_die_of_null(const char* call, Site site);

#ifdef CEX_TEST
// Ends the program because an entry that was not there was written to at `at`.
[[noreturn, gnu::cold]] void map_die_of_slack(const MapHeader* header, const void* at, Site site);
#endif

// Ends the program if `header` is not that of a live map.
[[gnu::noinline]] void map_verify(const MapHeader* header, MapLayout layout, const char* call,
                                  Site site);

inline void map_check([[maybe_unused]] const MapHeader* header, [[maybe_unused]] MapLayout layout,
                      [[maybe_unused]] const char* call, [[maybe_unused]] Site site) {
  if constexpr (kChecked) map_verify(header, layout, call, site);
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_MAP_HEADER_H_
