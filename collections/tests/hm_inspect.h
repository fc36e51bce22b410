// What tests see of a hm$'s index: the only place in them that knows its layout.
#ifndef CEX_COLLECTIONS_TESTS_HM_INSPECT_H_
#define CEX_COLLECTIONS_TESTS_HM_INSPECT_H_

#include <stddef.h>
#include <stdint.h>

#include <utility>
#include <vector>

#include "cex/hm.h"
#include "collections/tests/model_check.h"

namespace cex {

// The hash of a stored key.
template <typename E>
uint64_t hm_hash_of(const HmOf<E>& m, const E& entry) {
  using Key = detail::HmKeyOf<E>;
  return Key::hash(Key::probe_stored(entry.key), detail::MapAccess::header(m)->seed);
}

// What finding an entry costs: chunks visited and keys compared.
struct HmProbes {
  size_t chunks = 0;
  size_t keys = 0;
  size_t sum() const { return chunks + keys; }
};

// The cost of finding a key with this hash: that of entry number `position`, or of none
// of them where it is SIZE_MAX. 0 for a map without an index.
template <typename E>
HmProbes hm_probes(const HmOf<E>& m, uint64_t hash, size_t position) {
  const detail::MapHeader* const header = detail::MapAccess::header(m);
  HmProbes probes;
  if (header == nullptr || header->chunks == nullptr) return probes;
  size_t at = static_cast<size_t>(hash);
  for (size_t left = detail::hm_chunk_count(header->mask); left != 0; --left) {
    const detail::HmChunk& chunk = detail::hm_chunk(header->chunks, header->mask, at);
    ++probes.chunks;
    for (unsigned match = detail::hm_match(chunk, detail::repeat_tag(hash)); match != 0;
         match &= match - 1) {
      ++probes.keys;
      if (chunk.positions[__builtin_ctz(match)] == position) return probes;
    }
    if (!detail::hm_has_overflow(chunk)) break;
    at += detail::hm_step(hash);
  }
  MODEL_CHECK(position == SIZE_MAX);  // or an entry can't be found
  return probes;
}

// The sum over all entries.
template <typename E>
HmProbes hm_probes_of_all(const HmOf<E>& m) {
  HmProbes sum;
  for (size_t i = 0; i < hm$len(m); ++i) {
    const HmProbes probes = hm_probes(m, hm_hash_of(m, m[i]), i);
    sum.chunks += probes.chunks;
    sum.keys += probes.keys;
  }
  return sum;
}

// Checks that the index is that of the entries and of nothing else: each is entered
// once, under its tag, and each chunk counts those that passed through it.
template <typename E>
void check_index(const HmOf<E>& m) {
  const detail::MapHeader* const header = detail::MapAccess::header(m);
  if (header == nullptr || header->chunks == nullptr) return;
  const size_t count = detail::hm_chunk_count(header->mask);
  std::vector<uint32_t> passed(count);
  std::vector<bool> seen(header->length);
  size_t used = 0;
  for (size_t c = 0; c < count; ++c) {
    const detail::HmChunk& chunk = header->chunks[c];
    for (unsigned slot = 0; slot < detail::kHmSlots; ++slot) {
      if ((detail::hm_free_slots(chunk) >> slot & 1) != 0) continue;
      ++used;
      const size_t position = chunk.positions[slot];
      MODEL_CHECK(position < header->length && !seen[position]);
      seen[position] = true;
      const uint64_t hash = hm_hash_of(m, m[position]);
      MODEL_CHECK(detail::tag_of(hash) == chunk.tags[slot]);
      for (size_t at = static_cast<size_t>(hash);; at += detail::hm_step(hash)) {
        const detail::HmChunk& passes = detail::hm_chunk(header->chunks, header->mask, at);
        if (&passes == &chunk) break;
        ++passed[static_cast<size_t>(&passes - header->chunks)];
      }
    }
  }
  MODEL_CHECK(used == header->length);
  for (size_t c = 0; c < count; ++c) {
    const uint32_t counted = header->chunks[c].state / detail::kHmOverflowOne;
    MODEL_CHECK(counted == passed[c] ||
                counted == detail::kHmOverflowStuck / detail::kHmOverflowOne);
  }
}

// Checks what holds whatever has become of the keys: each entry has one slot.
template <typename E>
void check_positions(const HmOf<E>& m) {
  const detail::MapHeader* const header = detail::MapAccess::header(m);
  if (header == nullptr || header->chunks == nullptr) return;
  std::vector<bool> seen(header->length);
  size_t used = 0;
  for (size_t c = 0; c < detail::hm_chunk_count(header->mask); ++c) {
    const detail::HmChunk& chunk = header->chunks[c];
    for (unsigned slot = 0; slot < detail::kHmSlots; ++slot) {
      if ((detail::hm_free_slots(chunk) >> slot & 1) != 0) continue;
      ++used;
      const size_t position = chunk.positions[slot];
      MODEL_CHECK(position < header->length && !seen[position]);
      seen[position] = true;
    }
  }
  MODEL_CHECK(used == header->length);
}

// The entries that the map has room for before anything must grow.
template <typename Map>
size_t map_room(const Map& m) {
  return detail::MapAccess::header(m)->room;
}

// Where the map's entries lie, and what its blocks have room for.
struct MapReserved {
  const void* entries;
  size_t room, entries_capacity, chunk_capacity;
  bool operator==(const MapReserved&) const = default;
};
template <typename Map>
MapReserved map_reserved(const Map& m) {
  const detail::MapHeader* const header = detail::MapAccess::header(m);
  return {header->entries, header->room, header->entries_capacity, header->chunk_capacity};
}

// The bytes of the index that is in use, of the block that it lies in.
template <typename E>
size_t hm_index_bytes(const HmOf<E>& m) {
  const detail::MapHeader* const header = detail::MapAccess::header(m);
  return header->chunks == nullptr ? 0 : header->mask + sizeof(detail::HmChunk);
}

// What the map's blocks have room for: entries, and chunks of the index.
template <typename E>
std::pair<size_t, size_t> hm_reserved(const HmOf<E>& m) {
  const detail::MapHeader* const header = detail::MapAccess::header(m);
  return {header->entries_capacity, header->chunk_capacity};
}

// Makes the map believe that it has so many entries; `length` 0 makes it as good as new.
template <typename E>
void hm_pretend_length(HmOf<E>& m, size_t length) {
  detail::MapHeader* const header = detail::MapAccess::header(m);
#ifdef CEX_TEST
  if (length == 0) detail::hm_close_entries(header, 0, header->length);
  header->next_verified = 0;  // those that there are
  if (length == 0) header->hash_sum = 0;
#endif
  header->length = length;
}

// The secret that its hashes depend on.
template <typename E>
uint64_t hm_seed_word(const HmOf<E>& m) {
  return detail::MapAccess::header(m)->seed.a;
}

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_HM_INSPECT_H_
