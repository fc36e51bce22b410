#include "cex/collections/internal/hf_table.h"

#include <string.h>

#include "cex/collections/internal/huge_pages.h"
#include "cex/sanitizer.h"

namespace cex::detail {
namespace {

// Entries for which `groups` are enough: seven of eight slots. Then half of the groups are full,
// and 7 keys of 100 lie further along. A single group, which no search leaves, may be full.
// In 64 bits, since a size of 32 would wrap.
size_t capacity_of(size_t groups) {
  return groups == 1 ? kHfSlots
                     : static_cast<size_t>(uint64_t{groups} * (uint64_t{kHfSlots} * 7) / 8);
}

// Of a group and its count.
constexpr size_t kGroupBytes = sizeof(HfGroup) + 1;

// Up to the first entry.
size_t bytes_of_groups(MapLayout layout, size_t groups) {
  const size_t align = map_block_align(layout);
  return (groups * kGroupBytes + align - 1) / align * align;
}

#ifdef CEX_TEST
constexpr RoomWatch kFreeSlots = {
    "write past the last entry of a map",
    [](const void* owner, const void* groups) -> const void* {
      const auto* const header = static_cast<const MapHeader*>(owner);
      if (header->magic != kMapMagic || header->groups != groups) return nullptr;
      for (size_t i = 0; i < hf_slots_of(header->mask); ++i) {
        if (hf_is_taken(header, i)) continue;
        const size_t from = i * header->entry_size;
        const void* const at =
            header->slack.find_written(header->entries, from, from + header->entry_size);
        if (at != nullptr) return at;
      }
      return nullptr;
    },
};

// Of the slots that a map does not use, so that their block can be freed.
void open_free_slots(const MapHeader* header, Site site) {
  for (size_t at = 0; at <= header->mask; at += sizeof(HfGroup)) {
    for (unsigned free = hf_free_slots(hf_group(header->groups, at)); free != 0; free &= free - 1) {
      hf_open_slot(header, hf_position(at, static_cast<unsigned>(__builtin_ctz(free))), site);
    }
  }
}
#else
void open_free_slots(const MapHeader*, Site) {}
#endif

}  // namespace

size_t hf_groups_for(size_t needed) {
  if (needed > kMapMaxEntries) return 0;
  size_t groups = 1;
  while (capacity_of(groups) < needed) groups *= 2;
  return groups;
}

HfTable hf_make(IAllocator a, MapLayout layout, size_t groups, Site site) {
  HfTable table{};
  size_t bytes = 0;
  if (groups > size_t{PTRDIFF_MAX} / kGroupBytes) return table;
  const size_t front = bytes_of_groups(layout, groups);
  if (groups == 0 || __builtin_mul_overflow(groups * kHfSlots, size_t{layout.size}, &bytes) ||
      __builtin_add_overflow(bytes, front, &bytes)) {
    return table;
  }
  size_t align = map_block_align(layout);
  if (align < alignof(HfGroup)) align = alignof(HfGroup);
  // guard_all_blocks(), which is for such builds, aligns a block of the default alignment as its
  // size is; groups need all of it.
  if (kChecker == Checker::kPattern && align == kDefaultAlign) align = 2 * kDefaultAlign;
  char* const block = mem_malloc(a, bytes, align, site);
  if (block == nullptr) return table;
  if (wants_huge_pages(a, bytes)) advise_huge_pages(block, bytes);
  table.groups = reinterpret_cast<HfGroup*>(block);
  table.mask = hf_mask_of(groups);
  table.entries = block + front;
  memset(block, 0, groups * kGroupBytes);
#ifdef CEX_TEST
  // All of it, as entries may be deleted anywhere.
  table.slack.watch(a, block, table.entries, bytes - front, bytes - front);
  table.slack.close(table.entries, 0, bytes - front);
#endif
  return table;
}

void hf_end_filling(const HfTable& table) {
  uint8_t* const counts = &hf_count(table.groups, table.mask, 0);
  for (size_t i = 0; i <= table.mask / sizeof(HfGroup); ++i) {
    const uint8_t came = counts[i];
    const auto passed = static_cast<uint8_t>(came > kHfSlots ? came - kHfSlots : 0);
    counts[i] = came == kHfStuck ? kHfStuck : passed;
  }
}

void hf_discard(const MapHeader* header, HfTable table, Site site) {
#ifdef CEX_TEST
  static_cast<void>(table.slack.open_all(table.entries, 0));
#endif
  mem_free(header->allocator, table.groups, site);
}

void hf_install(MapHeader* header, const HfTable& table, Site site) {
  hf_end(header, site);
  header->groups = table.groups;
  header->mask = table.mask;
  header->entries = table.entries;
  header->room = capacity_of(table.mask / sizeof(HfGroup) + 1);
#ifdef CEX_TEST
  header->slack = table.slack;
  const char* const block = reinterpret_cast<const char*>(table.groups);
  const size_t front = static_cast<size_t>(static_cast<const char*>(table.entries) - block);
  guarded_watch(block, front + hf_slots_of(table.mask) * header->entry_size, &kFreeSlots, header);
#endif
}

bool hf_start(MapHeader* header, MapLayout layout, size_t capacity, Site site) {
  const HfTable table = hf_make(header->allocator, layout, hf_groups_for(capacity), site);
  if (table.groups != nullptr) hf_install(header, table, site);
  return table.groups != nullptr;
}

void hf_end(MapHeader* header, Site site) {
  if (header->groups == nullptr) return;
  open_free_slots(header, site);
  mem_free(header->allocator, header->groups, site);
}

void hf_reset(MapHeader* header, MapLayout layout, Site site) {
  const size_t groups = header->mask / sizeof(HfGroup) + 1;
  if constexpr (kChecked) {
    for (size_t at = 0; at <= header->mask; at += sizeof(HfGroup)) {
      for (unsigned taken = hf_taken_slots(hf_group(header->groups, at)); taken != 0;
           taken &= taken - 1) {
        hf_close_slot(header, hf_position(at, static_cast<unsigned>(__builtin_ctz(taken))));
      }
    }
  }
  memset(static_cast<void*>(header->groups), 0, groups * kGroupBytes);
  // Not for a little: where maps of different sizes alternate, each would grow again. Not in an
  // arena, where the old table may be of no use until the scope ends.
  constexpr size_t kMuch = 8;
  const size_t needed = hf_groups_for(header->length);
  header->length = 0;
#ifdef CEX_TEST
  header->hash_sum = 0;
#endif
  if (needed * kMuch > groups || header->allocator->meta.is_arena) return;
  const HfTable table = hf_make(header->allocator, layout, needed, site);
  if (table.groups != nullptr) hf_install(header, table, site);
}

void hf_open_slot([[maybe_unused]] const MapHeader* header, [[maybe_unused]] size_t position,
                  [[maybe_unused]] Site site) {
#ifdef CEX_TEST
  const size_t from = position * header->entry_size;
  const void* const at = header->slack.open(header->entries, from, from + header->entry_size);
  if (at != nullptr) map_die_of_slack(header, at, site);
#endif
}

void hf_close_slot([[maybe_unused]] const MapHeader* header, [[maybe_unused]] size_t position) {
#ifdef CEX_TEST
  const size_t from = position * header->entry_size;
  header->slack.close(header->entries, from, from + header->entry_size);
#endif
}

void hf_release_stored(MapHeader* header, uint64_t hash, size_t position) {
  if (hf_is_found(header, hash, position)) return hf_release(header, hash, position);
  hf_group(header->groups, position / kHfSlots * sizeof(HfGroup)).tags[position % kHfSlots] = 0;
}

bool hf_is_found(const MapHeader* header, uint64_t hash, size_t position) {
  const size_t at = position / kHfSlots * sizeof(HfGroup);
  if (hf_group(header->groups, at).tags[position % kHfSlots] != hf_tag(hash)) return false;
  for (HfProbing probing(hash, header->mask); probing.at() != at;) {
    const HfGroup& group = hf_group(header->groups, probing.at());
    if (!hf_may_have_passed(group.passed, hash) || !probing.next(header->mask)) return false;
  }
  return true;
}

}  // namespace cex::detail
