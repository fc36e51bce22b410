// Finding, inserting and deleting in a hm$: the work behind the functions of cex/hm.h.
#ifndef CEX_COLLECTIONS_INTERNAL_HM_OPS_H_
#define CEX_COLLECTIONS_INTERNAL_HM_OPS_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <memory>
#include <new>
#include <string_view>
#include <type_traits>

#include "cex/collections/internal/construct.h"
#include "cex/collections/internal/hm_chunk.h"
#include "cex/collections/internal/hm_handle.h"
#include "cex/collections/internal/hm_key_check.h"
#include "cex/collections/internal/hm_key_pages.h"
#include "cex/collections/internal/hm_table.h"

namespace cex::detail {

template <typename E>
using HmProbe = typename HmKeyOf<E>::Probe;
template <typename E>
using HmSource = typename HmKeyOf<E>::Source;

template <typename E>
inline E* hm_entries(const HmHeader* header) {
  return static_cast<E*>(header->entries);
}

// The key in the form that is hashed and compared.
template <typename E>
inline HmProbe<E> hm_probe(HmKeyParam<E> key, [[maybe_unused]] const char* call,
                           [[maybe_unused]] Site site) {
  if constexpr (kChecked && HmKeyOf<E>::kKind == HmKeyKind::kCString) {
    if (key == nullptr) die(site, "%s: the key is a null string", call);
  }
  return HmKeyOf<E>::probe(key);
}

// The entry of `key`, or nullptr, in a map that has no index.
template <typename E>
inline E* hm_scan(const HmHeader* header, HmProbe<E> key) {
  if constexpr (HmKeyOf<E>::kIsScanned) {
    E* const entries = hm_entries<E>(header);
    E* const end = entries + header->length;
    for (E* entry = entries; entry != end; ++entry) {
      if (HmKeyOf<E>::equal(entry->key, key)) return entry;
    }
  }
  return nullptr;
}

// The rest of hm_search, behind the first chunk: out of line, since few get here.
template <typename E>
[[gnu::noinline]] E* hm_search_on(const HmHeader* header, HmProbe<E> key, uint64_t hash,
                                  HmPlace* place) {
  const HmTags tags = hm_repeat_tag(hash);
  size_t at = static_cast<size_t>(hash);
  // Only a map whose every chunk overflowed would come round to the first.
  for (size_t left = header->mask; left != 0; left -= sizeof(HmChunk)) {
    at += hm_step(hash);
    HmChunk& chunk = hm_chunk(header->chunks, header->mask, at);
    for (unsigned match = hm_match(chunk, tags); match != 0; match &= match - 1) {
      const unsigned slot = static_cast<unsigned>(__builtin_ctz(match));
      E* const entry = hm_entries<E>(header) + chunk.positions[slot];
      if (HmKeyOf<E>::equal(entry->key, key)) {
        *place = {&chunk, slot};
        return entry;
      }
    }
    if (!hm_has_overflow(chunk)) break;
  }
  return nullptr;
}

// The entry of `key`, or nullptr, in a map that has an index; `place` is its slot there.
template <typename E>
inline E* hm_search(const HmHeader* header, HmProbe<E> key, uint64_t hash, HmPlace* place) {
  HmChunk& chunk = hm_chunk(header->chunks, header->mask, static_cast<size_t>(hash));
  for (unsigned match = hm_match(chunk, hm_repeat_tag(hash)); match != 0; match &= match - 1) {
    const unsigned slot = static_cast<unsigned>(__builtin_ctz(match));
    E* const entry = hm_entries<E>(header) + chunk.positions[slot];
    if (HmKeyOf<E>::equal(entry->key, key)) [[likely]] {
      *place = {&chunk, slot};
      return entry;
    }
  }
  if (!hm_has_overflow(chunk)) [[likely]]
    return nullptr;
  return hm_search_on<E>(header, key, hash, place);
}

// The entry of `key`, or nullptr; also for a null map.
template <typename E>
inline E* hm_find(const HmOf<E>& m, HmKeyParam<E> key, const char* call, Site site) {
  const HmHeader* const header = HmAccess::header(m);
  if (header == nullptr) return nullptr;
  hm_check(header, HmAccess::layout(m), call, site);
  const HmProbe<E> probe = hm_probe<E>(key, call, site);
  E* found;
  if (header->chunks == nullptr) {
    found = hm_scan<E>(header, probe);
  } else {
    HmPlace place;
    found = hm_search<E>(header, probe, HmKeyOf<E>::hash(probe, header->seed), &place);
  }
  if (found == nullptr) hm_check_some_keys<E>(header, call, site);
  return found;
}

// Enters all entries into fresh chunks. Their cache lines are asked for some entries
// ahead: they are all over the index, so that each would be waited for.
template <typename E>
void hm_index_all(const HmHeader* header, HmChunk* chunks, size_t mask) {
  constexpr size_t kAhead = 16;
  const E* const entries = hm_entries<E>(header);
  const size_t length = header->length;
  uint64_t hashes[kAhead];
  for (size_t i = 0; i < length + kAhead; ++i) {
    uint64_t& hash = hashes[i % kAhead];
    if (i >= kAhead) hm_index_insert(chunks, mask, hash, i - kAhead);
    if (i < length) {
      hash = HmKeyOf<E>::hash(HmKeyOf<E>::probe_stored(entries[i].key), header->seed);
      __builtin_prefetch(&hm_chunk(chunks, mask, static_cast<size_t>(hash)), 1);
    }
  }
}

// Second half of a growth, or of its opposite: indexes all entries anew where there are new
// chunks. False, and the map as it was, when there was no memory.
template <typename E>
bool hm_finish(HmHeader* header, HmGrowth growth, Site site) {
  if (!growth.done) return false;
  if (growth.chunks != nullptr) hm_index_all<E>(header, growth.chunks, hm_mask_of(growth.count));
  hm_install(header, growth, site);
  return true;
}

// Makes room for at least one more entry; false, and the map as it was, when there is no memory.
template <typename E>
[[gnu::noinline]] bool hm_grow(HmHeader* header, const char* call, Site site) {
  if (header->length < kHmMaxEntries) hm_check_all_keys<E>(header, call, site);
  return hm_finish<E>(
      header, hm_prepare(header, HmAccess::layout<E>(), header->length + 1, /*exact=*/false, site),
      site);
}

// Makes room for `needed` entries in all; false, or the end of the program, when there is no
// memory.
template <typename E>
bool hm_make_room_for(const HmOf<E>& m, size_t needed, OnFailure on_failure, const char* call,
                      Site site) {
  HmHeader* const header = HmAccess::header(m);
  if (header == nullptr) hm_die_of_null(call, site);
  hm_check(header, HmAccess::layout(m), call, site);
  if (needed <= header->room) return true;
  hm_check_all_keys<E>(header, call, site);
  if (hm_finish<E>(header, hm_prepare(header, HmAccess::layout<E>(), needed, /*exact=*/true, site),
                   site)) {
    return true;
  }
  if (on_failure == OnFailure::kDie) hm_die_of_memory(header, needed, 0, call, site);
  return false;
}

// Bytes of a copied key: its text and a NUL.
inline size_t hm_copy_size(std::string_view text) { return text.size() + 1; }

inline char* hm_copy_text(HmHeader* header, std::string_view text, Site site) {
  const size_t size = hm_copy_size(text);
  char* const copy = header->key_pages != nullptr
                         ? header->key_pages->allocate(size, site)
                         : static_cast<char*>(mem_malloc(header->allocator, size, 1, site));
  if (copy == nullptr) return nullptr;
  if (!text.empty()) memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

inline void hm_free_text(HmHeader* header, std::string_view text, Site site) {
  char* p = const_cast<char*>(text.data());
  if (header->key_pages != nullptr) {
    header->key_pages->release(p, hm_copy_size(text), site);
  } else {
    mem_free(header->allocator, p, site);
  }
}

// Frees the copies that all keys of a map may be. All entries are to go.
template <typename E>
void hm_free_keys(HmHeader* header, [[maybe_unused]] const char* call, Site site) {
  HmKeyPages* const pages = header->key_pages;
  if (pages != nullptr) pages->check(site);
  hm_check_own_keys<E>(header, call, site);
  if constexpr (HmKeyOf<E>::kPointsToText) {
    if (!header->copies_keys) return;
    if (pages == nullptr || pages->has_alone()) {
      for (size_t i = 0; i < header->length; ++i) {
        const std::string_view text = HmKeyOf<E>::probe_stored(hm_entries<E>(header)[i].key);
        if (pages == nullptr || pages->is_alone(hm_copy_size(text))) {
          hm_free_text(header, text, site);
        }
      }
    }
    if (pages != nullptr) pages->clear(site);
  }
}

// Ends the program because of a text that is too long for its field: storing part of
// it would make it another key.
template <typename E>
void hm_check_length(HmProbe<E> key, const char* call, Site site) {
  if constexpr (HmKeyOf<E>::kKind == HmKeyKind::kCharArray) {
    if (key.size() >= sizeof(E::key)) {
      die(site, "%s: a key of %zu characters does not fit a char[%zu] with its NUL", call,
          key.size(), sizeof(E::key));
    }
  }
}

// Puts a key that was looked for into an entry.
template <typename E>
void hm_store_key(E* entry, HmProbe<E> key, const char* call, Site site) {
  using Key = HmKeyOf<E>;
  if constexpr (Key::kKind == HmKeyKind::kCharArray) {
    hm_check_length<E>(key, call, site);
    memset(entry->key, 0, sizeof(entry->key));
    if (!key.empty()) memcpy(entry->key, key.data(), key.size());
  } else if constexpr (Key::kKind == HmKeyKind::kCString) {
    entry->key = reinterpret_cast<decltype(entry->key)>(const_cast<char*>(key.data()));
  } else if constexpr (std::is_array_v<decltype(E::key)>) {
    memcpy(entry->key, key, sizeof(entry->key));
  } else {
    std::construct_at(std::addressof(entry->key), key);
  }
}

template <typename E>
struct HmInserted {
  E* entry;    // nullptr: there was no memory
  bool fresh;  // whether it is new: its bytes are then still to be written, all of them
};

// Points a key that lay in the entries' block, of `bytes` at `old`, to where it has moved with
// that. Text that is only pointed to is not followed: so is what the entry would point to.
template <typename E>
void hm_follow(HmSource<E>* key, const HmHeader* header, uintptr_t old, size_t bytes) {
  using Key = HmKeyOf<E>;
  if constexpr (Key::kKind != HmKeyKind::kScalar && !Key::kPointsToText) {
    const auto moved = [&](const void* p) {
      // As numbers, since pointers into different objects have no order, and `old` is gone.
      const uintptr_t distance = reinterpret_cast<uintptr_t>(p) - old;
      return distance < bytes ? static_cast<const char*>(header->entries) + distance : nullptr;
    };
    if constexpr (Key::kKind == HmKeyKind::kCharArray) {
      if (const char* const p = moved(key->data())) *key = std::string_view(p, key->size());
    } else {
      using K = std::remove_pointer_t<HmSource<E>>;
      if (const char* const p = moved(*key)) *key = reinterpret_cast<K*>(p);
    }
  }
}

// Gets what an insertion needs, and puts everything that may fail in one place: the
// key's copy, to which *key then points, and room for the entry last. False, or the
// end of the program, when there is no memory; the map is then as it was.
template <typename E>
[[gnu::noinline]] bool hm_make_room(HmHeader* header, [[maybe_unused]] HmSource<E>* key,
                                    OnFailure on_failure, const char* call, Site site) {
  const bool grows = header->length == header->room;
  const uintptr_t old = reinterpret_cast<uintptr_t>(header->entries);
  const size_t bytes = header->length * sizeof(E);
  if constexpr (HmKeyOf<E>::kPointsToText) {
    if (header->copies_keys) {
      char* const copy = hm_copy_text(header, *key, site);
      if (copy != nullptr) {
        *key = std::string_view(copy, key->size());
        if (!grows || hm_grow<E>(header, call, site)) return true;
        hm_free_text(header, *key, site);
      }
      if (on_failure == OnFailure::kDie) {
        hm_die_of_memory(header, header->length + 1, copy == nullptr ? hm_copy_size(*key) : 0, call,
                         site);
      }
      return false;
    }
  }
  if (!grows || hm_grow<E>(header, call, site)) {
    hm_follow<E>(key, header, old, bytes);
    return true;
  }
  if (on_failure == OnFailure::kDie) hm_die_of_memory(header, header->length + 1, 0, call, site);
  return false;
}

// The entry of `*source`, made where there is none. A new one is counted and indexed
// already; *source is then what it must hold or, of text, point to. Always inline: what
// only a report needs would cost a call as much as its work.
template <typename E>
[[gnu::always_inline]] inline HmInserted<E> hm_insert(const HmOf<E>& m, HmSource<E>* source,
                                                      OnFailure on_failure, const char* call,
                                                      Site site) {
  using Key = HmKeyOf<E>;
  HmHeader* const header = HmAccess::header(m);
  if (header == nullptr) [[unlikely]]
    hm_die_of_null(call, site);
  hm_check(header, HmAccess::layout(m), call, site);
  const bool had_index = header->chunks != nullptr;
  uint64_t hash = 0;
  E* found;
  if (had_index) [[likely]] {
    hash = Key::hash(Key::probe_of(*source), header->seed);
    HmPlace place;
    found = hm_search<E>(header, Key::probe_of(*source), hash, &place);
  } else {
    found = hm_scan<E>(header, Key::probe_of(*source));
  }
  if (found != nullptr) return {found, false};
  hm_check_some_keys<E>(header, call, site);

  bool needs_memory = header->length == header->room;
  if constexpr (Key::kPointsToText) needs_memory = needs_memory || header->copies_keys;
  if (needs_memory) [[unlikely]] {
    // By way of a copy, so that `*source` can stay in registers.
    HmSource<E> key = *source;
    if (!hm_make_room<E>(header, &key, on_failure, call, site)) return {nullptr, false};
    *source = key;
    if (!had_index && header->chunks != nullptr) {
      hash = Key::hash(Key::probe_of(key), header->seed);
    }
  }
  const size_t length = header->length;
  hm_use_entry(header, site);
  if (header->chunks != nullptr) [[likely]] {
    hm_index_remember(header, hm_index_insert(header->chunks, header->mask, hash, length));
  }
  header->length = length + 1;
  return {hm_entries<E>(header) + length, true};
}

// hm_insert, and the key stored: a new entry is all zero but for its key. The key may lie in
// the map.
template <typename E>
[[gnu::always_inline]] inline HmInserted<E> hm_insert_key(const HmOf<E>& m, HmKeyParam<E> param,
                                                          OnFailure on_failure, const char* call,
                                                          Site site) {
  using Key = HmKeyOf<E>;
  HmSource<E> source = Key::source(hm_probe<E>(param, call, site));
  hm_check_length<E>(Key::probe_of(source), call, site);
  const HmInserted<E> result = hm_insert<E>(m, &source, on_failure, call, site);
  // Callers need no check of their own, and static analysis sees none missing.
  if (on_failure == OnFailure::kDie && result.entry == nullptr) __builtin_unreachable();
  if (result.fresh) {
    E* const entry = ::new (static_cast<void*>(result.entry)) E{};
    hm_store_key<E>(entry, Key::probe_of(source), call, site);
    hm_note_key(HmAccess::header(m), entry, /*is_in=*/true);
  }
  return result;
}

// Sets a whole entry; where its key is already there, that key object stays.
template <typename E>
E* hm_put(const HmOf<E>& m, const E& from, OnFailure on_failure, const char* call, Site site) {
  using Key = HmKeyOf<E>;
  const E kept = from;  // it may be an entry of the map, which moves when it grows
  if constexpr (kChecked && Key::kKind == HmKeyKind::kCString) {
    if (kept.key == nullptr) die(site, "%s: the key is a null string", call);
  }
  HmSource<E> source = Key::source(Key::probe_stored(kept.key));
  const HmInserted<E> result = hm_insert<E>(m, &source, on_failure, call, site);
  if (result.entry == nullptr) return nullptr;
  if constexpr (Key::kPointsToText) {
    const std::string_view text = result.fresh ? source : Key::probe_stored(result.entry->key);
    // The text that the map already has, or has just copied, not the caller's.
    E* const entry = ::new (static_cast<void*>(result.entry)) E(kept);
    hm_store_key<E>(entry, text, call, site);
    if (result.fresh) hm_note_key(HmAccess::header(m), entry, /*is_in=*/true);
    return entry;
  } else {
    alignas(E) char old_key[sizeof(kept.key)];
    if (!result.fresh) memcpy(old_key, &result.entry->key, sizeof(old_key));
    E* const entry = ::new (static_cast<void*>(result.entry)) E(kept);
    if (!result.fresh) {
      memcpy(static_cast<void*>(std::addressof(entry->key)), old_key, sizeof(old_key));
    } else {
      hm_note_key(HmAccess::header(m), entry, /*is_in=*/true);
    }
    return entry;
  }
}

// An entry from its fields in order, of which the key is the first.
template <typename E, typename First, typename... Rest>
E hm_make_entry(const char* call, Site site, First&& first, Rest&&... rest) {
  if constexpr (std::is_array_v<decltype(E::key)> && std::is_convertible_v<First, HmKeyParam<E>>) {
    // A string literal, or another array, initializes an array only where it is written, so
    // it is copied here.
    static_assert(offsetof(E, key) == 0,
                  "cex: hm$sets(m, key, …): the key is not the first field; "
                  "use hm$sets(m, {.key = …}).");
    E entry = construct_behind_first<E>(std::forward<Rest>(rest)...);
    hm_store_key<E>(&entry, HmKeyOf<E>::probe(first), call, site);
    return entry;
  } else {
    return construct<E>(std::forward<First>(first), std::forward<Rest>(rest)...);
  }
}

// The slot of the last entry, by its key.
template <typename E>
HmPlace hm_find_last(const HmHeader* header, size_t last, const char* call, Site site) {
  using Key = HmKeyOf<E>;
  const uint64_t hash = Key::hash(Key::probe_stored(hm_entries<E>(header)[last].key), header->seed);
  const HmPlace place = hm_index_find(header, hash, last);
  if (place.chunk != nullptr) [[likely]]
    return place;
  if constexpr (kChecked) hm_die_of_key(header, last, Key::kPointsToText, call, site);
  return hm_index_find_anywhere(header, last);
}

// Removes `key`; the last entry moves into its place.
template <typename E>
bool hm_erase(const HmOf<E>& m, HmKeyParam<E> param, const char* call, Site site) {
  using Key = HmKeyOf<E>;
  HmHeader* const header = HmAccess::header(m);
  if (header == nullptr) return false;
  hm_check(header, HmAccess::layout(m), call, site);
  const HmProbe<E> key = hm_probe<E>(param, call, site);
  E* const entries = hm_entries<E>(header);
  const size_t last = header->length - 1;
  E* entry;
  if (header->chunks == nullptr) {
    entry = hm_scan<E>(header, key);
    if (entry == nullptr) {
      hm_check_some_keys<E>(header, call, site);
      return false;
    }
  } else {
    const uint64_t hash = Key::hash(key, header->seed);
    HmPlace place;
    entry = hm_search<E>(header, key, hash, &place);
    if (entry == nullptr) {
      hm_check_some_keys<E>(header, call, site);
      return false;
    }
    if (entry != entries + last) {
      HmPlace moved = hm_index_newest(header, last);
      if (moved.chunk == nullptr) moved = hm_find_last<E>(header, last, call, site);
      moved.chunk->positions[moved.slot] = static_cast<uint32_t>(entry - entries);
    }
    hm_index_erase(header, hash, place);
  }
  // `key` may be the stored key itself; it is not looked at beyond this point.
  hm_note_key(header, entry, /*is_in=*/false);
  if constexpr (Key::kPointsToText) {
    if (header->copies_keys) {
      hm_free_text(header, Key::probe_stored(entry->key), site);
    }
  }
  if (entry != entries + last) memcpy(static_cast<void*>(entry), entries + last, sizeof(E));
  header->length = last;
  hm_drop_entries(header, last, 1);
  return true;
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HM_OPS_H_
