#include "cex/collections/internal/hm_table.h"

#include <string.h>

#include "cex/collections/internal/huge_pages.h"

namespace cex::detail {
namespace {

// How full the index may get: 7 of 12 slots on average, so that one chunk in 35
// overflows; a single chunk, which no search leaves, may be full. Beyond a megabyte,
// which is no longer in a core's own cache, being small counts for more.
constexpr size_t kPerChunk = 7;
constexpr size_t kPerChunkOfMany = 8;
constexpr size_t kMany = (size_t{1} << 20) / sizeof(HmChunk) + 1;

// Entries that `chunks` can index.
size_t index_capacity(size_t chunks) {
  if (chunks == 1) return kHmSlots;
  return chunks * (chunks < kMany ? kPerChunk : kPerChunkOfMany);
}

// Chunks for `needed` entries; 0 while they are scanned.
size_t chunks_for(MapLayout layout, size_t needed) {
  if (layout.scanned && needed <= kHmScanMax) return 0;
  size_t chunks = 1;
  while (index_capacity(chunks) < needed) chunks *= 2;
  return chunks;
}

// Entries that a map has room for from the start, where its user says nothing: as many as need
// no growth of the index, unless they are large.
size_t first_entries(MapLayout layout) {
  constexpr size_t kMaxBytes = 1024;
  const size_t entries = kMaxBytes / layout.size;
  return entries == 0 ? 1 : entries < kHmScanMax ? entries : kHmScanMax;
}

void empty_chunks(HmChunk* chunks, size_t count) {
  // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): who calls it has some
  memset(static_cast<void*>(chunks), 0, count * sizeof(HmChunk));
}

// Empty ones, or nullptr.
HmChunk* make_chunks(IAllocator a, size_t count, Site site) {
  // Overflows with 32 bits only, and then mem_calloc() refuses.
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, sizeof(HmChunk), &bytes) || !wants_huge_pages(a, bytes)) {
    return mem_calloc(a, count, sizeof(HmChunk), alignof(HmChunk), site);
  }
  // Zeroed here: the heap would do so before it could be asked for huge pages.
  HmChunk* const chunks = mem_malloc(a, bytes, alignof(HmChunk), site);
  if (chunks == nullptr) return nullptr;
  advise_huge_pages(chunks, bytes);
  empty_chunks(chunks, count);
  return chunks;
}

// How large to make the entries' block for `needed` of them, where the index holds
// `indexed`. Small ones double. Larger ones grow in steps of an eighth of what the index
// holds, so that little lies idle: realloc often has nothing to copy, and what it
// copies is read in order. An arena may have to keep what a block has outgrown until
// the end of the scope, so there it is by half.
size_t entries_for(size_t have, size_t needed, size_t indexed, bool is_arena) {
  size_t wanted = 2 * have;
  if (have >= 256) wanted = is_arena ? have + have / 2 : have + indexed / 8;
  if (wanted > indexed) wanted = indexed;
  return wanted > needed ? wanted : needed;
}

#ifdef CEX_TEST
constexpr RoomWatch kPastLast = {
    "write past the last entry of a map",
    [](const void* owner, const void* entries) -> const void* {
      const auto* const header = static_cast<const MapHeader*>(owner);
      if (header->magic != kMapMagic || header->entries != entries) return nullptr;
      return header->slack.find_written(entries, header->length * header->entry_size, SIZE_MAX);
    },
};

// From here on what is behind the last entry is not to be touched.
void watch_slack(MapHeader* header) {
  const size_t bytes = header->entries_capacity * header->entry_size;
  header->slack.watch(header->allocator, header->entries, header->entries,
                      header->length * header->entry_size, bytes);
  guarded_watch(header->entries, bytes, &kPastLast, header);
}

// Until the block is resized or freed.
void open_slack(const MapHeader* header, Site site) {
  const void* const at =
      header->slack.open_all(header->entries, header->length * header->entry_size);
  if (at != nullptr) map_die_of_slack(header, at, site);
}
#else
void watch_slack(MapHeader*) {}
void open_slack(const MapHeader*, Site) {}
#endif

// Makes the entries' block one for `count` of them; false, and all as it was, when there is no
// memory.
bool resize_entries(MapHeader* header, MapLayout layout, size_t count, Site site) {
  open_slack(header, site);
  // At most 2^31 entries of less than 2^31 bytes: no overflow but with 32 bits.
  size_t bytes = 0;
  void* moved = nullptr;
  if (!__builtin_mul_overflow(count, size_t{layout.size}, &bytes)) {
    moved = mem_realloc(header->allocator, header->entries, bytes, map_block_align(layout), site);
  }
  if (moved != nullptr) {
    header->entries = moved;
    header->entries_capacity = count;
  }
  if (header->entries != nullptr) watch_slack(header);
  return moved != nullptr;
}

}  // namespace

bool hm_start(MapHeader* header, MapLayout layout, size_t capacity, Site site) {
  const size_t entries = capacity == 0 ? first_entries(layout) : capacity;
  const HmGrowth growth = hm_prepare(header, layout, entries, /*exact=*/true, site);
  if (growth.done) hm_install(header, growth, site);
  return growth.done;
}

void hm_end(MapHeader* header, Site site) {
  open_slack(header, site);
  // Newest first, which lets an arena take them back.
  if (header->entries != nullptr) mem_free(header->allocator, header->entries, site);
  if (header->chunks != nullptr) mem_free(header->allocator, header->chunks, site);
}

HmGrowth hm_prepare(MapHeader* header, MapLayout layout, size_t needed, bool exact, Site site) {
  constexpr HmGrowth kNothing{nullptr, 0, false};
  if (needed > kMapMaxEntries) return kNothing;
  const size_t had = header->chunks == nullptr ? 0 : hm_chunk_count(header->mask);
  size_t chunks = chunks_for(layout, needed);
  if (chunks < had) chunks = had;

  HmGrowth growth{nullptr, chunks, true};
  // Not where hashing may throw: the old index is needed then.
  const bool in_place = chunks != had && chunks <= header->chunk_capacity && !layout.may_throw;
  if (chunks != had && !in_place) {
    growth.chunks = make_chunks(header->allocator, chunks, site);
    if (growth.chunks == nullptr) return kNothing;
  }
  if (needed > header->entries_capacity) {
    const size_t indexed = chunks == 0 ? kHmScanMax : index_capacity(chunks);
    const size_t entries =
        exact ? needed
              : entries_for(header->entries_capacity == 0 ? indexed : header->entries_capacity,
                            needed, indexed, header->allocator->meta.is_arena);
    // Harmless even if the caller went no further: a larger block, the same content.
    const bool is_first = header->entries == nullptr;
    if (!resize_entries(header, layout, entries, site)) {
      if (growth.chunks != nullptr) mem_free(header->allocator, growth.chunks, site);
      return kNothing;
    }
    // Not what grows: remapping huge pages takes them apart, unless both places are aligned
    // to them.
    if (is_first && wants_huge_pages(header->allocator, entries * layout.size)) {
      advise_huge_pages(header->entries, entries * layout.size);
    }
  }
  if (in_place) {  // nothing can fail any more
    growth.chunks = header->chunks;
    empty_chunks(growth.chunks, chunks);
  }
  return growth;
}

HmGrowth hm_prepare_shrinking(MapHeader* header, MapLayout layout, Site site) {
  constexpr HmGrowth kNothing{nullptr, 0, false};
  const size_t few = first_entries(layout);
  const size_t entries = header->length > few ? header->length : few;
  HmGrowth growth{nullptr, chunks_for(layout, entries), true};
  if (growth.count != 0 && growth.count < header->chunk_capacity) {
    growth.chunks = make_chunks(header->allocator, growth.count, site);
    if (growth.chunks == nullptr) return kNothing;
  }
  if (entries < header->entries_capacity && !resize_entries(header, layout, entries, site)) {
    if (growth.chunks != nullptr) mem_free(header->allocator, growth.chunks, site);
    return kNothing;
  }
  return growth;
}

void hm_install(MapHeader* header, HmGrowth growth, Site site) {
  const bool is_new = growth.chunks != nullptr && growth.chunks != header->chunks;
  if (header->chunks != nullptr && (is_new || growth.count == 0)) {
    mem_free(header->allocator, header->chunks, site);  // null then
    header->chunk_capacity = 0;
  }
  if (is_new) header->chunk_capacity = growth.count;
  if (growth.chunks != nullptr) {
    header->chunks = growth.chunks;
    header->mask = hm_mask_of(growth.count);
  }
  const size_t indexed =
      header->chunks == nullptr ? kHmScanMax : index_capacity(hm_chunk_count(header->mask));
  header->room = header->entries_capacity < indexed ? header->entries_capacity : indexed;
}

void hm_abandon(MapHeader* header, HmGrowth growth, Site site) {
  if (growth.chunks != nullptr) mem_free(header->allocator, growth.chunks, site);
  hm_install(header, {nullptr, 1, true}, site);  // with the entries' block as it is by now
}

void hm_empty_index(MapHeader* header) {
  empty_chunks(header->chunks, hm_chunk_count(header->mask));
}

void hm_index_move_down(MapHeader* header, size_t from, size_t count) {
  const size_t chunks = hm_chunk_count(header->mask);
  const auto by = static_cast<uint32_t>(count);
  for (size_t c = 0; c < chunks; ++c) {
    // Free slots too, which does no harm.
    for (uint32_t& other : header->chunks[c].positions) other -= other >= from ? by : 0;
  }
}

void hm_reset(MapHeader* header, MapLayout layout) {
  if (header->chunks != nullptr) {
    const size_t chunks = hm_chunk_count(header->mask);
    empty_chunks(header->chunks, chunks);
    // Not for a little: where maps of different sizes alternate, each would grow again.
    constexpr size_t kMuch = 8;
    size_t needed = chunks_for(layout, header->length);
    if (needed == 0) needed = 1;
    if (needed * kMuch <= chunks) hm_install(header, {header->chunks, needed, true}, Site{});
  }
  hm_drop_entries(header, 0, header->length);
  header->length = 0;
#ifdef CEX_TEST
  header->hash_sum = 0;
#endif
}

HmPlace hm_index_find_anywhere(const MapHeader* header, size_t position) {
  for (size_t c = hm_chunk_count(header->mask); c-- != 0;) {
    HmChunk& chunk = header->chunks[c];
    for (unsigned slot = 0; slot < kHmSlots; ++slot) {
      if ((chunk.state >> slot & 1) != 0 && chunk.positions[slot] == position)
        return {&chunk, slot};
    }
  }
  return {nullptr, 0};
}

void hm_open_entry([[maybe_unused]] const MapHeader* header, [[maybe_unused]] Site site) {
#ifdef CEX_TEST
  const size_t from = header->length * header->entry_size;
  const void* const at = header->slack.open(header->entries, from, from + header->entry_size);
  if (at != nullptr) map_die_of_slack(header, at, site);
#endif
}

void hm_close_entries([[maybe_unused]] const MapHeader* header, [[maybe_unused]] size_t from,
                      [[maybe_unused]] size_t count) {
#ifdef CEX_TEST
  header->slack.close(header->entries, from * header->entry_size,
                      (from + count) * header->entry_size);
#endif
}

}  // namespace cex::detail
