#include "cex/collections/internal/map_header.h"

#include <stdio.h>

#include "cex/collections/internal/handle.h"
#include "cex/collections/internal/hm_key_pages.h"
#include "cex/sanitizer.h"

namespace cex::detail {

MapHeader* map_create(IAllocator a, const MapPlan& plan, MapLayout layout, bool text_keys,
                      MapStart start, MapEnd end, const Op& op) {
  if (a == nullptr) die(op.site, "%s: the allocator is null", op.name);
  MapHeader* header = mem_malloc(a, sizeof(MapHeader), alignof(MapHeader), op.site);
  if (header != nullptr) {
    const size_t page_size = text_keys ? plan.key_page_size : 0;
    *header = MapHeader{};
#ifdef CEX_TEST
    header->made = kept(op.site);
    header->birth = take_block_number();
#endif
    header->seed = plan.seed == 0 ? hm_random_seed(header) : hm_seed_from(plan.seed);
    header->magic = kMapMagic;
    header->entry_size = layout.size;
    header->allocator = a;
    header->copies_keys = text_keys && (plan.copies_keys || page_size != 0);
    bool complete = true;
    if (page_size != 0) {
      header->key_pages = HmKeyPages::create(a, page_size, op.site);
      complete = header->key_pages != nullptr;
    }
    if (complete && start(header, layout, plan.capacity, op.site)) return header;
    map_destroy(header, end, op.site);
  }
  if (op.on_failure == OnFailure::kDie) {
    MapHeader none{};
    none.entry_size = layout.size;
    map_die_of_memory(&none, plan.capacity, 0, op);
  }
  return nullptr;
}

void map_destroy(MapHeader* header, MapEnd end, Site site) {
  const IAllocator a = header->allocator;
  // A copy of the handle that is used later finds this, in release builds too for
  // as long as nothing else has been given the memory.
  header->magic = kMapFreed;
  // Newest first, which lets an arena take them back.
  end(header, site);
  if (header->key_pages != nullptr) header->key_pages->destroy(site);
  mem_free(a, header, site);
}

void map_die_of_memory(const MapHeader* header, size_t needed, size_t key_size, const Op& op) {
  if (needed > kMapMaxEntries) {
    die(op.site, "%s: a map holds at most %zu entries\n  %zu wanted", op.name, kMapMaxEntries,
        needed);
  }
  if (key_size != 0) {
    const size_t characters = key_size - 1;  // without its NUL
    die(op.site,
        "%s: out of memory\n  for the copy of a key of %zu character%s; entries: %zu, room for %zu",
        op.name, characters, plural(characters), header->length, header->room);
  }
  die(op.site, "%s: out of memory\n  %zu entries of %u bytes in use, room for %zu, %zu wanted",
      op.name, header->length, static_cast<unsigned>(header->entry_size), header->room, needed);
}

void map_die_of_key([[maybe_unused]] const MapHeader* header, [[maybe_unused]] size_t position,
                    [[maybe_unused]] bool points_to_text, const Op& op) {
#ifdef CEX_TEST
  char entry[40] = "one of its entries";
  if (position != SIZE_MAX) snprintf(entry, sizeof(entry), "entry %zu", position);
  die(op.site,
      "%s: a key was changed, or its text has gone, while in the map\n"
      "  the key of %s (of %zu); the map was made at %s:%d\n"
      "  %s",
      op.name, entry, header->length, header->made.file == nullptr ? "?" : header->made.file,
      header->made.line,
      points_to_text && !header->copies_keys
          ? "text keys are borrowed: keep the text, or make the map with .copy_keys = true"
          : "to change a key, delete it and set the new one");
#else
  die(op.site, "%s: a key was changed, or its text has gone, while in the map", op.name);
#endif
}

void map_die_of_null(const char* call, Site site) {
  // The first three letters are hm$ or hf$.
  die(site, "%s: the map is null\n  make it with %.3snew(m, allocator) first", call, call);
}

#ifdef CEX_TEST
void map_die_of_slack(const MapHeader* header, const void* at, Site site) {
  const size_t offset =
      static_cast<size_t>(static_cast<const char*>(at) - static_cast<const char*>(header->entries));
  die(site,
      "write past the last entry of a map, at %p\n"
      "  entry %zu was written to while there was none\n"
      "  there %s %zu; a pointer to an entry is good until the next insert or delete",
      at, offset / header->entry_size, header->length == 1 ? "is" : "are", header->length);
}
#endif

void map_verify(const MapHeader* header, MapLayout layout, const char* call, Site site) {
  [[maybe_unused]] const CallSite user(site);  // for guard pages, where reading the header faults
  if (header == nullptr) [[unlikely]]
    map_die_of_null(call, site);
  check_handle(header, call, site);
  // Asked first, so that the message is this one and not the sanitizer's.
  const bool gone = is_forbidden(&header->magic, sizeof(header->magic));
  if (gone || header->magic != kMapMagic) [[unlikely]] {
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
