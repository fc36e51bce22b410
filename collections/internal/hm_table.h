// The part of a hm$ that does not depend on the types of its keys and entries.
//
//   handle --> HmHeader --> entries   dense, in insertion order: {key, value} {key, value} …
//                       \-> chunks    a power of two of them; null while the map is scanned
//                       \-> keys      .copy_keys_arena_pgsize only
//
// The header stays where it is for the map's life, so copies of the handle stay
// good when the map grows.
#ifndef CEX_COLLECTIONS_INTERNAL_HM_TABLE_H_
#define CEX_COLLECTIONS_INTERNAL_HM_TABLE_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/allocator.h"
#include "cex/internal/hm_chunk.h"
#include "cex/internal/hm_hash.h"
#include "cex/internal/index.h"
#include "cex/internal/on_failure.h"
#include "cex/report.h"

namespace cex {

struct HmOptions {
  Count capacity = 0;      // entries that fit without growing: exactly as many are reserved
  uint64_t seed = 0;       // of the hash; 0 for a random one
  bool copy_keys = false;  // keep copies of text keys (char*, std::string_view)
  // Keep those copies together in pages of this many bytes; 0 for a block each.
  // Implies copy_keys.
  Count copy_keys_arena_pgsize = 0;
};

namespace detail {

class HmKeyPages;

struct alignas(64) HmHeader {
  // What a lookup reads: one cache line.
  HmChunk* chunks;
  size_t mask;  // the number of chunks - 1
  void* entries;
  size_t length;
  HmSeed seed;
  size_t room;  // entries that fit before anything must grow
  uint32_t magic;
  uint32_t entry_size;

  IAllocator allocator;
  HmKeyPages* key_pages;
  size_t entries_capacity;
  uint32_t depth;  // of the allocator's scopes when the map was made
  bool copies_keys;
};

inline constexpr uint32_t kHmMagic = 0xcea105b1;
inline constexpr uint32_t kHmFreed = 0xcea1dead;

// Positions have 32 bits, and no size computed from one of them can overflow.
inline constexpr size_t kHmMaxEntries = size_t{1} << 31;

// Up to here a map of scalar keys has no index: its entries are compared in turn.
inline constexpr size_t kHmScanMax = 8;

struct HmLayout {
  uint32_t size;   // of one entry
  uint32_t align;  // of one entry
  bool scanned;    // whether small maps do without an index
};

// A map without entries; nullptr (or the end of the program) when there is no memory.
HmHeader* hm_create(IAllocator a, const HmOptions& options, HmLayout layout, bool text_keys,
                    OnFailure on_failure, const char* call, Site site);

// What a growth has set aside: chunks to be filled, or none where the old ones do.
struct HmGrowth {
  HmChunk* chunks;
  size_t count;
  bool done;  // false: there is no memory, and nothing has changed
};

// First half of a growth to `needed` entries: gets all the memory. `exact` reserves
// for just that many. The caller fills the chunks and calls hm_install().
HmGrowth hm_prepare(HmHeader* header, HmLayout layout, size_t needed, bool exact, Site site);
void hm_install(HmHeader* header, HmGrowth growth, Site site);

// Ends the program because an operation could not get memory for `needed` entries.
[[noreturn, gnu::cold]] void hm_die_of_memory(const HmHeader* header, size_t needed,
                                              const char* call, Site site);

// Ends the program where memory is about to be taken in another mem$scope than the
// map's own: it would go with that scope, and the map stay.
void hm_check_depth(const HmHeader* header, const char* call, Site site);

// Forgets all entries and keeps their room; copied keys are the caller's to free.
void hm_reset(HmHeader* header);

void hm_destroy(HmHeader* header, Site site);

// Ends the program because there is no map to insert into.
[[noreturn, gnu::cold]] void hm_die_of_null(const char* call, Site site);

// Ends the program if `header` is not that of a live map.
[[gnu::noinline]] void hm_verify(const HmHeader* header, HmLayout layout, const char* call,
                                 Site site);

inline void hm_check([[maybe_unused]] const HmHeader* header, [[maybe_unused]] HmLayout layout,
                     [[maybe_unused]] const char* call, [[maybe_unused]] Site site) {
  if constexpr (kChecked) hm_verify(header, layout, call, site);
}

// Enters an entry that is not yet in the index; there must be a free slot.
inline void hm_index_insert(HmChunk* chunks, size_t mask, uint64_t hash, size_t position) {
  const uint8_t tag = hm_tag(hash);
  size_t at = static_cast<size_t>(hash);
  for (;;) {
    HmChunk& chunk = chunks[at & mask];
    const unsigned free = hm_match_free(chunk);
    if (free != 0) [[likely]] {
      const int slot = __builtin_ctz(free);
      chunk.tags[slot] = tag;
      chunk.positions[slot] = static_cast<uint32_t>(position);
      return;
    }
    ++chunk.overflow;
    at += hm_step(tag);
  }
}

// A slot of the index.
struct HmPlace {
  HmChunk* chunk;
  unsigned slot;
};

// The slot that holds `position`, which is in the index under `hash`.
HmPlace hm_index_find(const HmHeader* header, uint64_t hash, size_t position);

// Frees a slot that was entered under `hash`.
void hm_index_erase(HmHeader* header, uint64_t hash, HmPlace place);

}  // namespace detail
}  // namespace cex

#endif  // CEX_COLLECTIONS_INTERNAL_HM_TABLE_H_
