/// @file
/// hm$(K, V): a hash map in an allocator's memory, used through one pointer.
///
/// ```cpp
/// mem$scope(tmem$, _) {
///   hm$(char*, int) ages = hm$new(ages, _, .copy_keys = true);
///   hm$set(ages, "ann", 41);
///   *hm$setp(ages, "bob") += 1;                  // made with 0 where it is new
///   int age = hm$get(ages, "ann");               // 0 where there is none
///   int* p = hm$getp(ages, "eve");               // nullptr where there is none
///   for$each (e, ages) printf("%s %d\n", e.key, e.value);
///   hm$del(ages, "ann");
/// }                                              // gone with the scope
/// ```
///
/// The entries lie in one dense array, in the order of insertion until the first
/// delete, which moves the last entry into the hole: m[i].key, m[i].value,
/// arr$len(m) and loops work as on an arr$. hm$s(S) is a map of the user's own
/// struct S, which has a field called `key`; one called `value` is needed only for
/// hm$set, hm$setp, hm$get and hm$getp.
///
/// Keys: integers, bool, enums; char* and const char*, by their text, and so pointers to unsigned
/// char, signed char and char8_t; other pointers, by address; std::string_view; char[N], by the
/// text up to its NUL; structs without padding and other arrays, by their bytes; any type with
/// an AbslHashValue and ==, by those. Others are a compile error that says why. Keys and values
/// are trivially copyable.
///
/// Text keys are borrowed: the caller keeps them alive while they are in the map. With
/// .copy_keys the map keeps copies in its own allocator, and frees them when the entry goes;
/// .copy_keys_arena_pgsize packs them into pages of that many bytes. Of equal keys, the first
/// is kept. A key must not be changed while it is in the map: it may not be found then. Under
/// CEX_TEST keys that were, or whose text has gone, are reported by lookups that find nothing,
/// by growths and (where the map has its keys itself) by hm$clear and hm$free.
///
/// Out of memory: the plain forms end the program with a message; the `try` forms
/// return nullptr and leave the map exactly as it was. A map holds at most 2^31
/// entries; more count as no memory. Keys, values and entries may be taken from the map itself,
/// also where the call makes it grow.
///
/// Pointers to entries and values are good until the next insert or delete: under CEX_TEST
/// what is written to an entry that was deleted is found, as in an arr$. Copies
/// of the handle stay good. A map grows at any depth of scopes: it stays in the memory of
/// the scope whose allocator it was made with.
///
/// The hash is seeded at random for each map; `.seed` fixes it. Results and order do
/// not depend on it. Lookups on a null map find nothing. HM.md draws the layout, an
/// index after Facebook's F14VectorMap over dense entries, and names its sources.
///
/// Thread safety: any number of readers, or one writer. The macros are one call each of
/// the typed functions below, which may be used instead; `site` is the caller's line for
/// the messages, leave it out. In them, E is the type of an entry: HmEntry, or the
/// struct of `hm$s`.
#ifndef CEX_COLLECTIONS_HM_H_
#define CEX_COLLECTIONS_HM_H_

#include <memory>
#include <type_traits>
#include <utility>

#include "cex/allocator.h"
#include "cex/collections/internal/construct.h"
#include "cex/collections/internal/hm_handle.h"
#include "cex/collections/internal/hm_ops.h"
#include "cex/collections/internal/hm_table.h"
#include "cex/collections/internal/length.h"

namespace cex {

/// Makes `m` a fresh, empty map in memory of `allocator`, and returns it. What `m` was
/// before is not looked at, so it may be the variable being initialized. HmOptions has
/// capacity, seed, copy_keys and copy_keys_arena_pgsize.
template <typename E>
HmOf<E> hm_new(HmOf<E>& m, IAllocator allocator, HmOptions options = {},
               Site site = Site::current()) {
  return *std::construct_at(
      &m, detail::HmAccess::make<E>(detail::hm_create(
              allocator, options, detail::HmAccess::layout<E>(), detail::HmKeyOf<E>::kPointsToText,
              detail::OnFailure::kDie, "hm$new", site)));
}

/// As hm_new(), but `m` is null (and so is what is returned) when there is no memory.
template <typename E>
[[nodiscard]] HmOf<E> hm_try_new(HmOf<E>& m, IAllocator allocator, HmOptions options = {},
                                 Site site = Site::current()) {
  return *std::construct_at(
      &m, detail::HmAccess::make<E>(detail::hm_create(
              allocator, options, detail::HmAccess::layout<E>(), detail::HmKeyOf<E>::kPointsToText,
              detail::OnFailure::kReturnNull, "hm$try_new", site)));
}

/// Gives the memory back, copied keys too, and makes `m` null; a null `m` is fine.
template <typename E>
void hm_free(HmOf<E>& m, Site site = Site::current()) {
  detail::HmHeader*& header = detail::HmAccess::header(m);
  if (header == nullptr) return;
  detail::hm_verify(header, detail::HmAccess::layout(m), "hm$free", site);
  detail::hm_free_keys<E>(header, "hm$free", site);
  detail::hm_destroy(header, site);
  header = nullptr;
}

/// Removes all entries and keeps their room; a null `m` is fine. Takes as long as there were
/// entries since the last time, or room reserved, and with copied keys for each of those.
template <typename E>
void hm_clear(const HmOf<E>& m, Site site = Site::current()) {
  detail::HmHeader* const header = detail::HmAccess::header(m);
  if (header == nullptr) return;
  detail::hm_check(header, detail::HmAccess::layout(m), "hm$clear", site);
  detail::hm_free_keys<E>(header, "hm$clear", site);
  detail::hm_reset(header, detail::HmAccess::layout(m));
}

/// Makes room for `count` entries in all, those that there are included: the map does not grow
/// before it has more. Does nothing where there is as much room. Moves the entries, as an
/// insertion may.
template <typename E>
void hm_reserve(const HmOf<E>& m, Count count, Site site = Site::current()) {
  static_cast<void>(
      detail::hm_make_room_for<E>(m, count.value(), detail::OnFailure::kDie, "hm$reserve", site));
}

/// As hm_reserve(), but false, and `m` as it was, when there is no memory.
template <typename E>
[[nodiscard]] bool hm_try_reserve(const HmOf<E>& m, Count count, Site site = Site::current()) {
  return detail::hm_make_room_for<E>(m, count.value(), detail::OnFailure::kReturnNull,
                                     "hm$try_reserve", site);
}

/// Returns the memory that the entries do not need: for a map that was large once. Moves them,
/// as an insertion may. False, and `m` as it was, when there is no memory for a smaller
/// index, which is made first; that may be ignored. Pages of copied keys stay until the map
/// is cleared. A null `m` is fine.
template <typename E>
bool hm_shrink(const HmOf<E>& m, Site site = Site::current()) {
  detail::HmHeader* const header = detail::HmAccess::header(m);
  if (header == nullptr) return true;
  detail::hm_check(header, detail::HmAccess::layout(m), "hm$shrink", site);
  detail::hm_check_all_keys<E>(header, "hm$shrink", site);
  return detail::hm_finish<E>(
      header, detail::hm_prepare_shrinking(header, detail::HmAccess::layout(m), site), site);
}

/// The number of entries; 0 for a null map.
template <typename E>
size_t hm_len(const HmOf<E>& m, Site site = Site::current()) {
  return m.size(site);
}

/// Sets the value of `key`, and returns the entry, never null.
template <typename E>
E* hm_set(const HmOf<E>& m, HmKeyParam<E> key, const std::type_identity_t<HmValue<E>>& value,
          Site site = Site::current()) {
  const HmValue<E> kept = value;  // it may be an entry's, which moves when the map grows
  E* const entry = detail::hm_insert_key<E>(m, key, detail::OnFailure::kDie, "hm$set", site).entry;
  entry->value = kept;
  return entry;
}

/// As hm_set(), but nullptr, and `m` as it was, when there is no memory.
template <typename E>
[[nodiscard]] E* hm_try_set(const HmOf<E>& m, HmKeyParam<E> key,
                            const std::type_identity_t<HmValue<E>>& value,
                            Site site = Site::current()) {
  const HmValue<E> kept = value;
  E* const entry =
      detail::hm_insert_key<E>(m, key, detail::OnFailure::kReturnNull, "hm$try_set", site).entry;
  if (entry != nullptr) entry->value = kept;
  return entry;
}

/// A pointer to the value of `key`, made with zeroes where there is none; never null.
template <typename E>
HmValue<E>* hm_setp(const HmOf<E>& m, HmKeyParam<E> key, Site site = Site::current()) {
  return &detail::hm_insert_key<E>(m, key, detail::OnFailure::kDie, "hm$setp", site).entry->value;
}

/// As hm_setp(), but nullptr, and `m` as it was, when there is no memory.
template <typename E>
[[nodiscard]] HmValue<E>* hm_try_setp(const HmOf<E>& m, HmKeyParam<E> key,
                                      Site site = Site::current()) {
  E* const entry =
      detail::hm_insert_key<E>(m, key, detail::OnFailure::kReturnNull, "hm$try_setp", site).entry;
  return entry == nullptr ? nullptr : &entry->value;
}

/// Sets a whole entry, found by its key, and returns where it is, never null.
template <typename E>
E* hm_sets(const HmOf<E>& m, const std::type_identity_t<E>& entry, Site site = Site::current()) {
  return detail::hm_put<E>(m, entry, detail::OnFailure::kDie, "hm$sets", site);
}

/// As hm_sets(), but nullptr, and `m` as it was, when there is no memory.
template <typename E>
[[nodiscard]] E* hm_try_sets(const HmOf<E>& m, const std::type_identity_t<E>& entry,
                             Site site = Site::current()) {
  return detail::hm_put<E>(m, entry, detail::OnFailure::kReturnNull, "hm$try_sets", site);
}

/// What hm$sets calls: an entry as it is, or several values as its fields in order.
/// Returns where it is.
/// @{
template <typename E>
E* hm_emplace(Site site, const HmOf<E>& m, const std::type_identity_t<E>& entry) {
  return detail::hm_put<E>(m, entry, detail::OnFailure::kDie, "hm$sets", site);
}
template <typename E, typename... Vs>
requires(sizeof...(Vs) > 1) E* hm_emplace(Site site, const HmOf<E>& m, Vs&&... fields) {
  return detail::hm_put<E>(m,
                           detail::hm_make_entry<E>("hm$sets", site, std::forward<Vs>(fields)...),
                           detail::OnFailure::kDie, "hm$sets", site);
}
/// @}

/// As hm_emplace(), but nullptr, and `m` as it was, when there is no memory.
/// @{
template <typename E>
[[nodiscard]] E* hm_try_emplace(Site site, const HmOf<E>& m, const std::type_identity_t<E>& entry) {
  return detail::hm_put<E>(m, entry, detail::OnFailure::kReturnNull, "hm$try_sets", site);
}
template <typename E, typename... Vs>
requires(sizeof...(Vs) > 1)
    [[nodiscard]] E* hm_try_emplace(Site site, const HmOf<E>& m, Vs&&... fields) {
  return detail::hm_put<E>(
      m, detail::hm_make_entry<E>("hm$try_sets", site, std::forward<Vs>(fields)...),
      detail::OnFailure::kReturnNull, "hm$try_sets", site);
}
/// @}

/// The entry of `key`, or nullptr.
template <typename E>
E* hm_gets(const HmOf<E>& m, HmKeyParam<E> key, Site site = Site::current()) {
  return detail::hm_find<E>(m, key, "hm$gets", site);
}

/// A pointer to the value of `key`, or nullptr.
template <typename E>
HmValue<E>* hm_getp(const HmOf<E>& m, HmKeyParam<E> key, Site site = Site::current()) {
  E* const entry = detail::hm_find<E>(m, key, "hm$getp", site);
  return entry == nullptr ? nullptr : &entry->value;
}

/// The value of `key`, or zeroes where there is none.
template <typename E>
HmValue<E> hm_get(const HmOf<E>& m, HmKeyParam<E> key, Site site = Site::current()) {
  const E* const entry = detail::hm_find<E>(m, key, "hm$get", site);
  return entry == nullptr ? HmValue<E>{} : entry->value;
}

/// The value of `key`, or `otherwise` where there is none.
template <typename E>
HmValue<E> hm_get_or(const HmOf<E>& m, HmKeyParam<E> key,
                     const std::type_identity_t<HmValue<E>>& otherwise,
                     Site site = Site::current()) {
  const E* const entry = detail::hm_find<E>(m, key, "hm$get", site);
  return entry == nullptr ? otherwise : entry->value;
}

/// What hm$get calls: hm_get(), or hm_get_or() where there is a third argument.
/// @{
template <typename E>
HmValue<E> hm_get_at(Site site, const HmOf<E>& m, HmKeyParam<E> key) {
  return hm_get<E>(m, key, site);
}
template <typename E>
HmValue<E> hm_get_at(Site site, const HmOf<E>& m, HmKeyParam<E> key,
                     const std::type_identity_t<HmValue<E>>& otherwise) {
  return hm_get_or<E>(m, key, otherwise, site);
}
/// @}

/// Removes `key`, and returns whether it was there. The last entry moves into its
/// place; all others stay where they are.
template <typename E>
bool hm_del(const HmOf<E>& m, HmKeyParam<E> key, Site site = Site::current()) {
  return detail::hm_erase<E>(m, key, "hm$del", site);
}

}  // namespace cex

/// `hm$(K, V)`: the type of a handle, cex::Hm; null until hm$new.
#define hm$(...) ::cex::Hm<__VA_ARGS__>
/// `hm$s(S)`: the same over a struct of the user's, cex::HmOf.
#define hm$s(...) ::cex::HmOf<__VA_ARGS__>

/// `hm$(K, V) m = hm$new(m, allocator[, .capacity =, .seed =, .copy_keys =,
/// .copy_keys_arena_pgsize =]);`, in this order, or as a statement. See cex::hm_new().
#define hm$new(m, allocator, ...) ::cex::hm_new((m), (allocator), ::cex::HmOptions{__VA_ARGS__})
/// hm$new, but `m` is null when there is no memory. See cex::hm_try_new().
#define hm$try_new(m, allocator, ...) \
  ::cex::hm_try_new((m), (allocator), ::cex::HmOptions{__VA_ARGS__})
/// Gives the memory back and makes `m` null. See cex::hm_free().
#define hm$free(m) ::cex::hm_free(m)
/// Removes all entries and keeps their room. See cex::hm_clear().
#define hm$clear(m) ::cex::hm_clear(m)
/// `hm$reserve(m, n)`: makes room for n entries in all. See cex::hm_reserve().
#define hm$reserve(m, ...) ::cex::hm_reserve((m), __VA_ARGS__)
/// hm$reserve, but false when there is no memory. See cex::hm_try_reserve().
#define hm$try_reserve(m, ...) ::cex::hm_try_reserve((m), __VA_ARGS__)
/// Returns the memory that the entries do not need. See cex::hm_shrink().
#define hm$shrink(m) ::cex::hm_shrink(m)
/// The number of entries. See cex::hm_len().
#define hm$len(m) ::cex::hm_len(m)

/// `hm$set(m, key, value)`: sets the value of `key`; the entry. See cex::hm_set().
#define hm$set(m, ...) ::cex::hm_set((m), __VA_ARGS__)
/// hm$set, but nullptr when there is no memory. See cex::hm_try_set().
#define hm$try_set(m, ...) ::cex::hm_try_set((m), __VA_ARGS__)
/// `hm$setp(m, key)`: a pointer to the value, made with zeroes where there is none. See
/// cex::hm_setp().
#define hm$setp(m, ...) ::cex::hm_setp((m), __VA_ARGS__)
/// hm$setp, but nullptr when there is no memory. See cex::hm_try_setp().
#define hm$try_setp(m, ...) ::cex::hm_try_setp((m), __VA_ARGS__)

/// `hm$sets(m, entry)`, `hm$sets(m, {.key = 1, …})` or `hm$sets(m, key, field, …)`: sets a
/// whole entry. See cex::hm_sets() and cex::hm_emplace().
#define hm$sets(m, ...) ::cex::hm_emplace(::cex::Site::current(), (m), __VA_ARGS__)
/// hm$sets, but nullptr when there is no memory. See cex::hm_try_emplace().
#define hm$try_sets(m, ...) ::cex::hm_try_emplace(::cex::Site::current(), (m), __VA_ARGS__)

/// `hm$get(m, key[, otherwise])`: the value, or `otherwise` (zeroes, by default) where
/// there is none. See cex::hm_get() and cex::hm_get_or().
#define hm$get(m, ...) ::cex::hm_get_at(::cex::Site::current(), (m), __VA_ARGS__)
/// `hm$getp(m, key)`: a pointer to the value, or nullptr. See cex::hm_getp().
#define hm$getp(m, ...) ::cex::hm_getp((m), __VA_ARGS__)
/// `hm$gets(m, key)`: a pointer to the entry, or nullptr. See cex::hm_gets().
#define hm$gets(m, ...) ::cex::hm_gets((m), __VA_ARGS__)
/// `hm$del(m, key)`: removes it; whether it was there. See cex::hm_del().
#define hm$del(m, ...) ::cex::hm_del((m), __VA_ARGS__)

#endif  // CEX_COLLECTIONS_HM_H_
