/// @file
/// The part of a hm$ that does not depend on the types of its keys and entries.
///
/// ```text
/// handle --> HmHeader --> entries   dense, in insertion order: {key, value} {key, value} …
///                     \-> chunks    a power of two of them; null while the map is scanned
///                     \-> keys      .copy_keys_arena_pgsize only
/// ```
///
/// The header stays where it is for the map's life, so copies of the handle stay
/// good when the map grows.
#ifndef CEX_COLLECTIONS_INTERNAL_HM_TABLE_H_
#define CEX_COLLECTIONS_INTERNAL_HM_TABLE_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/allocator.h"
#include "cex/collections/internal/hm_chunk.h"
#include "cex/collections/internal/hm_hash.h"
#include "cex/collections/internal/index.h"
#include "cex/collections/internal/on_failure.h"
#include "cex/collections/internal/slack.h"
#include "cex/report.h"

namespace cex {

/// What hm_new() may be told, in this order.
struct HmOptions {
  Count capacity = 0;      ///< entries that fit without growing: exactly as many; 0 for a few
  uint64_t seed = 0;       ///< of the hash; 0 for a random one
  bool copy_keys = false;  ///< keep copies of text keys (char*, std::string_view)
  /// Keep those copies together in pages of this many bytes; 0 for a block each.
  /// Implies copy_keys.
  Count copy_keys_arena_pgsize = 0;
};

namespace detail {

class HmKeyPages;

struct alignas(64) HmHeader {
  // What a lookup reads: one cache line.
  HmChunk* chunks;
  size_t mask;  // of a chunk's offset in bytes: 64 * (the number of chunks - 1)
  void* entries;
  size_t length;
  HmSeed seed;
  size_t room;  // entries that fit before anything must grow
  uint32_t magic;
  uint32_t entry_size;

  IAllocator allocator;
  HmKeyPages* key_pages;
  size_t entries_capacity;
  size_t newest;  // where in the index the last insert went: see hm_index_newest()
  bool copies_keys;
  size_t chunk_capacity;  // of their block; after hm$clear the index may be smaller: see hm_reset()
#ifdef CEX_TEST
  Site made;                     // the line of hm$new
  uint64_t hash_sum;             // of all keys: see hm_key_check.h
  Slack slack;                   // of the entries behind the last one
  mutable size_t next_verified;  // of the entries that lookups verify in turn
#endif
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

// What a map of another size has set aside: chunks to be filled, or none where there is
// nothing to fill. They may be the old ones, empty.
struct HmGrowth {
  HmChunk* chunks;
  size_t count;
  bool done;  // false: there is no memory, and nothing has changed
};

// First half of a growth to `needed` entries: gets all the memory. `exact` reserves
// for just that many. The caller fills the chunks and calls hm_install().
HmGrowth hm_prepare(HmHeader* header, HmLayout layout, size_t needed, bool exact, Site site);
// The same to as little memory as the entries that there are need.
HmGrowth hm_prepare_shrinking(HmHeader* header, HmLayout layout, Site site);
void hm_install(HmHeader* header, HmGrowth growth, Site site);

// Ends the program because an operation could not get memory for `needed` entries, or for the
// copy of a key, of `key_size` bytes where that is not 0.
[[noreturn, gnu::cold]] void hm_die_of_memory(const HmHeader* header, size_t needed,
                                              size_t key_size, const char* call, Site site);

// Forgets all entries and keeps their room; copied keys are the caller's to free. Takes as
// long as the index is large, which is made no larger than those entries needed: the next
// time it takes as long as for those. It grows within its block.
void hm_reset(HmHeader* header, HmLayout layout);

void hm_destroy(HmHeader* header, Site site);

// That the entry behind the last one comes into use, or that `count` from number `from` on no
// longer are. Ends the program where it was written to before.
void hm_open_entry(const HmHeader* header, Site site);
void hm_close_entries(const HmHeader* header, size_t from, size_t count);

// The same where the checks are on.
inline void hm_use_entry([[maybe_unused]] const HmHeader* header, [[maybe_unused]] Site site) {
  if constexpr (kChecked) hm_open_entry(header, site);
}
inline void hm_drop_entries([[maybe_unused]] const HmHeader* header, [[maybe_unused]] size_t from,
                            [[maybe_unused]] size_t count) {
  if constexpr (kChecked) hm_close_entries(header, from, count);
}

// Ends the program because the key of entry `position`, or of any of them where that is
// SIZE_MAX, is not the one that was inserted.
[[noreturn, gnu::cold]] void hm_die_of_key(const HmHeader* header, size_t position,
                                           bool points_to_text, const char* call, Site site);

// Ends the program because there is no map to insert into.
[[noreturn, gnu::cold]] void hm_die_of_null(const char* call, Site site);

// Ends the program if `header` is not that of a live map.
[[gnu::noinline]] void hm_verify(const HmHeader* header, HmLayout layout, const char* call,
                                 Site site);

inline void hm_check([[maybe_unused]] const HmHeader* header, [[maybe_unused]] HmLayout layout,
                     [[maybe_unused]] const char* call, [[maybe_unused]] Site site) {
  if constexpr (kChecked) hm_verify(header, layout, call, site);
}

inline size_t hm_mask_of(size_t chunks) { return (chunks - 1) * sizeof(HmChunk); }
inline size_t hm_chunk_count(size_t mask) { return mask / sizeof(HmChunk) + 1; }

// The chunk where a hash's probe sequence, which is at `at`, is.
inline HmChunk& hm_chunk(HmChunk* chunks, size_t mask, size_t at) {
  return *reinterpret_cast<HmChunk*>(reinterpret_cast<char*>(chunks) + (at & mask));
}

// A slot of the index.
struct HmPlace {
  HmChunk* chunk;
  unsigned slot;
};

// Enters an entry that is not yet in the index; there must be a free slot.
inline HmPlace hm_index_insert(HmChunk* chunks, size_t mask, uint64_t hash, size_t position) {
  for (size_t at = static_cast<size_t>(hash);; at += hm_step(hash)) {
    HmChunk& chunk = hm_chunk(chunks, mask, at);
    const unsigned free = hm_free_slots(chunk);
    if (free != 0) [[likely]] {
      const unsigned slot = static_cast<unsigned>(__builtin_ctz(free));
      hm_take(chunk, slot, hm_tag(hash), static_cast<uint32_t>(position));
      return {&chunk, slot};
    }
    hm_add_overflow(chunk);
  }
}

// The slot that holds `position`, entered under `hash`; a chunk of nullptr where there is
// none, since the key that had this hash was changed.
inline HmPlace hm_index_find(const HmHeader* header, uint64_t hash, size_t position) {
  const HmTags tags = hm_repeat_tag(hash);
  size_t at = static_cast<size_t>(hash);
  for (size_t left = hm_chunk_count(header->mask); left != 0; --left, at += hm_step(hash)) {
    HmChunk& chunk = hm_chunk(header->chunks, header->mask, at);
    for (unsigned match = hm_match(chunk, tags); match != 0; match &= match - 1) {
      const unsigned slot = static_cast<unsigned>(__builtin_ctz(match));
      if (chunk.positions[slot] == position) return {&chunk, slot};
    }
    if (!hm_has_overflow(chunk)) break;
  }
  return {nullptr, 0};
}

// The same, whatever it was entered under: looks at the whole index.
HmPlace hm_index_find_anywhere(const HmHeader* header, size_t position);

// Frees a slot that a search for `hash` has found, which so lies on its probe sequence. The
// counts on the way are one too low where the key was changed in between, and never below 0: a
// count of 0 sticks.
inline void hm_index_erase(HmHeader* header, uint64_t hash, HmPlace place) {
  hm_release(*place.chunk, place.slot);
  for (size_t at = static_cast<size_t>(hash);; at += hm_step(hash)) {
    HmChunk& chunk = hm_chunk(header->chunks, header->mask, at);
    if (&chunk == place.chunk) [[likely]]
      return;
    hm_remove_overflow(chunk);
  }
}

// A deletion moves the last entry. Where inserts and deletes alternate, that is the one
// just inserted, whose slot is remembered: hashing its key anew would take longer, and
// comparing tags of which one was written just now would make the processor wait for
// that write (a wide load can't be served from a narrower store that is under way).
inline void hm_index_remember(HmHeader* header, HmPlace place) {
  header->newest = static_cast<size_t>(reinterpret_cast<char*>(place.chunk) -
                                       reinterpret_cast<char*>(header->chunks)) +
                   place.slot;
}

// That slot, if it is taken and holds `position`; a chunk of nullptr otherwise.
inline HmPlace hm_index_newest(const HmHeader* header, size_t position) {
  const unsigned slot = header->newest % sizeof(HmChunk);
  HmChunk& chunk = hm_chunk(header->chunks, header->mask, header->newest - slot);
  const bool is_it = chunk.positions[slot] == position && (chunk.state >> slot & 1) != 0;
  return {is_it ? &chunk : nullptr, slot};
}

}  // namespace detail
}  // namespace cex

#endif  // CEX_COLLECTIONS_INTERNAL_HM_TABLE_H_
