#include "cex/collections/internal/hm_table.h"

#include <stdio.h>
#include <string.h>

#include "cex/collections/internal/handle.h"
#include "cex/collections/internal/hm_key_pages.h"
#include "cex/collections/internal/huge_pages.h"
#include "cex/sanitizer.h"

namespace cex::detail {
namespace {

// How full the index may get: 7 of 12 slots on average, so that one chunk in fifty
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
size_t chunks_for(HmLayout layout, size_t needed) {
  if (layout.scanned && needed <= kHmScanMax) return 0;
  size_t chunks = 1;
  while (index_capacity(chunks) < needed) chunks *= 2;
  return chunks;
}

// Entries that a map has room for from the start, where its user says nothing: as many as need
// no growth of the index, unless they are large.
size_t first_entries(HmLayout layout) {
  constexpr size_t kMaxBytes = 1024;
  const size_t entries = kMaxBytes / layout.size;
  return entries == 0 ? 1 : entries < kHmScanMax ? entries : kHmScanMax;
}

void empty_chunks(HmChunk* chunks, size_t count) {
  memset(static_cast<void*>(chunks), 0, count * sizeof(HmChunk));
}

// Empty ones, or nullptr.
HmChunk* make_chunks(IAllocator a, size_t count, Site site) {
  // At most 2^31 entries, so no overflow.
  const size_t bytes = count * sizeof(HmChunk);
  if (!wants_huge_pages(a, bytes)) {
    return mem_calloc(a, count, sizeof(HmChunk), alignof(HmChunk), site);
  }
  // Zeroed here: the heap would do so before it could be asked for huge pages.
  HmChunk* const chunks = mem_malloc(a, bytes, alignof(HmChunk), site);
  if (chunks == nullptr) return nullptr;
  ask_for_huge_pages(chunks, bytes);
  empty_chunks(chunks, count);
  return chunks;
}

size_t block_align(HmLayout layout) {
  return layout.align > kDefaultAlign ? layout.align : kDefaultAlign;
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
[[noreturn, gnu::cold]] void die_of_slack(const HmHeader* header, const void* at, Site site) {
  const size_t offset =
      static_cast<size_t>(static_cast<const char*>(at) - static_cast<const char*>(header->entries));
  die(site,
      "write past the last entry of a map, at %p\n"
      "  entry %zu was written to while there was none\n"
      "  there %s %zu; a pointer to an entry is good until the next insert or delete",
      at, offset / header->entry_size, header->length == 1 ? "is" : "are", header->length);
}

// From here on what is behind the last entry is not to be touched.
void watch_slack(HmHeader* header) {
  header->slack.watch(header->allocator, header->entries, header->entries,
                      header->length * header->entry_size,
                      header->entries_capacity * header->entry_size);
}

// Until the block is resized or freed.
void open_slack(const HmHeader* header, Site site) {
  const void* const at =
      header->slack.open_all(header->entries, header->length * header->entry_size);
  if (at != nullptr) die_of_slack(header, at, site);
}
#else
void watch_slack(HmHeader*) {}
void open_slack(const HmHeader*, Site) {}
#endif

// Makes the entries' block one for `count` of them; false, and all as it was, when there is no
// memory.
bool resize_entries(HmHeader* header, HmLayout layout, size_t count, Site site) {
  open_slack(header, site);
  // At most 2^31 entries of less than 2^31 bytes: no overflow.
  void* const moved = mem_realloc(header->allocator, header->entries, count * layout.size,
                                  block_align(layout), site);
  if (moved != nullptr) {
    header->entries = moved;
    header->entries_capacity = count;
  }
  if (header->entries != nullptr) watch_slack(header);
  return moved != nullptr;
}

}  // namespace

HmHeader* hm_create(IAllocator a, const HmOptions& options, HmLayout layout, bool text_keys,
                    OnFailure on_failure, const char* call, Site site) {
  if (a == nullptr) die(site, "%s: the allocator is null", call);
  HmHeader* header = mem_malloc(a, sizeof(HmHeader), alignof(HmHeader), site);
  if (header != nullptr) {
    const size_t page_size = text_keys ? options.copy_keys_arena_pgsize.value() : 0;
    *header = HmHeader{};
#ifdef CEX_TEST
    header->made = site;
#endif
    header->seed = options.seed == 0 ? hm_random_seed(header) : hm_seed_from(options.seed);
    header->magic = kHmMagic;
    header->entry_size = layout.size;
    header->allocator = a;
    header->copies_keys = text_keys && (options.copy_keys || page_size != 0);
    bool complete = true;
    if (page_size != 0) {
      header->key_pages = HmKeyPages::create(a, page_size, site);
      complete = header->key_pages != nullptr;
    }
    if (complete) {
      const size_t wanted = options.capacity.value();
      const HmGrowth growth =
          hm_prepare(header, layout, wanted == 0 ? first_entries(layout) : wanted, true, site);
      complete = growth.done;
      if (complete) hm_install(header, growth, site);
    }
    if (complete) return header;
    hm_destroy(header, site);
  }
  if (on_failure == OnFailure::kDie) {
    HmHeader none{};
    none.entry_size = layout.size;
    hm_die_of_memory(&none, options.capacity.value(), 0, call, site);
  }
  return nullptr;
}

HmGrowth hm_prepare(HmHeader* header, HmLayout layout, size_t needed, bool exact, Site site) {
  constexpr HmGrowth kNothing{nullptr, 0, false};
  if (needed > kHmMaxEntries) return kNothing;
  const size_t had = header->chunks == nullptr ? 0 : hm_chunk_count(header->mask);
  size_t chunks = chunks_for(layout, needed);
  if (chunks < had) chunks = had;

  HmGrowth growth{nullptr, chunks, true};
  const bool in_place = chunks != had && chunks <= header->chunk_capacity;
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
      ask_for_huge_pages(header->entries, entries * layout.size);
    }
  }
  if (in_place) {  // nothing can fail any more
    growth.chunks = header->chunks;
    empty_chunks(growth.chunks, chunks);
  }
  return growth;
}

HmGrowth hm_prepare_shrinking(HmHeader* header, HmLayout layout, Site site) {
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

void hm_install(HmHeader* header, HmGrowth growth, Site site) {
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

void hm_die_of_memory(const HmHeader* header, size_t needed, size_t key_size, const char* call,
                      Site site) {
  if (needed > kHmMaxEntries) {
    die(site, "%s: a map holds at most %zu entries\n  %zu wanted", call, kHmMaxEntries, needed);
  }
  if (key_size != 0) {
    const size_t characters = key_size - 1;  // without its NUL
    die(site,
        "%s: out of memory\n  for the copy of a key of %zu character%s; entries: %zu, room for %zu",
        call, characters, plural(characters), header->length, header->room);
  }
  die(site, "%s: out of memory\n  %zu entries of %u bytes in use, room for %zu, %zu wanted", call,
      header->length, static_cast<unsigned>(header->entry_size), header->room, needed);
}

void hm_reset(HmHeader* header, HmLayout layout) {
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

void hm_destroy(HmHeader* header, Site site) {
  const IAllocator a = header->allocator;
  open_slack(header, site);
  // A copy of the handle that is used later finds this, in release builds too for
  // as long as nobody else has been given the memory.
  header->magic = kHmFreed;
  // Newest first, which lets an arena take them back.
  if (header->entries != nullptr) mem_free(a, header->entries, site);
  if (header->chunks != nullptr) mem_free(a, header->chunks, site);
  if (header->key_pages != nullptr) header->key_pages->destroy(site);
  mem_free(a, header, site);
}

void hm_die_of_key([[maybe_unused]] const HmHeader* header, [[maybe_unused]] size_t position,
                   [[maybe_unused]] bool points_to_text, const char* call, Site site) {
#ifdef CEX_TEST
  char entry[40] = "one of its entries";
  if (position != SIZE_MAX) snprintf(entry, sizeof(entry), "entry %zu", position);
  die(site,
      "%s: a key was changed, or its text has gone, while in the map\n"
      "  the key of %s (of %zu); the map was made at %s:%d\n"
      "  %s",
      call, entry, header->length, header->made.file == nullptr ? "?" : header->made.file,
      header->made.line,
      points_to_text && !header->copies_keys
          ? "text keys are borrowed: keep the text, or make the map with .copy_keys = true"
          : "to change a key, delete it and set the new one");
#else
  die(site, "%s: a key was changed, or its text has gone, while in the map", call);
#endif
}

HmPlace hm_index_find_anywhere(const HmHeader* header, size_t position) {
  for (size_t c = hm_chunk_count(header->mask); c-- != 0;) {
    HmChunk& chunk = header->chunks[c];
    for (unsigned slot = 0; slot < kHmSlots; ++slot) {
      if ((chunk.state >> slot & 1) != 0 && chunk.positions[slot] == position)
        return {&chunk, slot};
    }
  }
  return {nullptr, 0};
}

void hm_open_entry([[maybe_unused]] const HmHeader* header, [[maybe_unused]] Site site) {
#ifdef CEX_TEST
  const size_t from = header->length * header->entry_size;
  const void* const at = header->slack.open(header->entries, from, from + header->entry_size);
  if (at != nullptr) die_of_slack(header, at, site);
#endif
}

void hm_close_entries([[maybe_unused]] const HmHeader* header, [[maybe_unused]] size_t from,
                      [[maybe_unused]] size_t count) {
#ifdef CEX_TEST
  header->slack.close(header->entries, from * header->entry_size,
                      (from + count) * header->entry_size);
#endif
}

void hm_die_of_null(const char* call, Site site) {
  die(site, "%s: the map is null\n  make it with hm$new(m, allocator) first", call);
}

void hm_verify(const HmHeader* header, HmLayout layout, const char* call, Site site) {
  if (header == nullptr) [[unlikely]]
    hm_die_of_null(call, site);
  check_handle(header, call, site);
  // Asked first, so that the message is this one and not the sanitizer's.
  const bool gone = is_forbidden(&header->magic, sizeof(header->magic));
  if (gone || header->magic != kHmMagic) [[unlikely]] {
    die(site,
        "%s: use of a map that is no longer there\n"
        "  it was freed, or the mem$scope that it was allocated in has ended",
        call);
  }
  if (header->entry_size != layout.size) [[unlikely]] {
    die(site, "%s: the map has entries of %u bytes, the handle's type has %u", call,
        static_cast<unsigned>(header->entry_size), static_cast<unsigned>(layout.size));
  }
}

}  // namespace cex::detail
