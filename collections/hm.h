/// @file
/// hm$(K, V): a hash map in an allocator's memory, used through one pointer.
///
/// ```cpp
/// mem$scope(tmem$, _) {
///   hm$(char*, int) ages = hm$new(ages, _, .copy_keys = true);
///   hm$set(ages, "ann", 41);
///   *hm$setp(ages, "bob") += 1;                  // added as 0 if it is new
///   int age = hm$get(ages, "ann");               // 0 if there is none
///   int* p = hm$getp(ages, "eve");               // nullptr if there is none
///   for$each (e, ages) printf("%s %d\n", e.key, e.value);
///   hm$del(ages, "ann");
/// }                                              // freed with the scope
/// ```
///
/// The entries lie in one dense array, in the order of insertion until the first delete, which
/// moves the last entry into the hole. So m[i].key, m[i].value, arr$len(m) and loops work as on an
/// arr$. hm$s(S) is a map of a struct S of your own, which has a field `key`; hm$set, hm$setp,
/// hm$get and hm$getp also need a field `value`.
///
/// Keys:
///   - integers, bool, enums
///   - char*, const char*, and pointers to unsigned char, signed char and char8_t, by their text
///   - other pointers, by address
///   - std::string_view; char[N], by the text up to its NUL, or all of it
///   - structs without padding, and other arrays, by their bytes
///   - any type with an AbslHashValue and ==, by those; enums and views with one, too
///
/// Other keys are a compile error that says why. Keys and values must be trivially copyable. A new
/// key that does not fit its char[N] with a NUL ends the program in every build, in the `try`
/// forms, too. Only hm$sets and hm$try_sets take one that fills it.
///
/// Text keys are borrowed: the caller keeps them alive while they are in the map. With .copy_keys
/// the map keeps copies in its allocator, and frees each copy with its entry;
/// .copy_keys_arena_pgsize packs them into pages of that size. Overwriting an entry keeps the
/// key that was inserted first. Do not change a key while it is in the map: it may not be found
/// then. Under CEX_TEST a key that was changed, or whose text was freed, is reported by lookups
/// that find nothing, when the map grows, and by hm$clear and hm$free; these two don't verify
/// borrowed text and keys with an AbslHashValue.
///
/// Out of memory: the plain forms end the program with a message; the `try` forms return nullptr
/// and leave the map unchanged. A map holds at most 2^31 entries; more count as out of memory.
/// Keys, values and entries may lie in the map itself, also if the call makes it grow.
///
/// Pointers to entries and values are valid until the next insert or delete. Under CEX_TEST a write
/// to a deleted entry is found, as in an arr$. Copies of the handle stay valid. A map may grow at
/// any depth of scopes: it stays in the memory of the scope whose allocator it was created with.
///
/// The hash is seeded at random for each map; `.seed` fixes it. Results and order do not depend on
/// it. Lookups on a null map find nothing. HM.md draws the layout, an index after Facebook's
/// F14VectorMap over dense entries, and names its sources.
///
/// Thread safety: any number of readers, or one writer. Each macro is one call of the member of
/// that name (`m.set(k, v)`, `m.find(k)`) in cex/map.h, which hf$ shares. Choose hf$ if you need
/// neither order nor m[i], and look up in maps that are larger than the caches.
#ifndef CEX_COLLECTIONS_HM_H_
#define CEX_COLLECTIONS_HM_H_

#include <stddef.h>

#include <span>  // declares what is specialized below
#include <type_traits>

#include "cex/collections/internal/element.h"
#include "cex/collections/internal/hm_dense.h"
#include "cex/index.h"
#include "cex/map.h"

namespace cex {

/// A map of entries of type E, which has a `.key`, in the order of insertion: one pointer.
template <typename E>
class HmOf : public MapOf<HmOf<E>, E, detail::HmDense> {
  using Base = MapOf<HmOf<E>, E, detail::HmDense>;

 public:
  /// What a contiguous range has.
  /// @{
  using iterator = E*;
  using const_iterator = const E*;
  /// @}

  /// A null map.
  constexpr HmOf() = default;
  /// A null map, also from NULL.
  constexpr HmOf(decltype(nullptr)) {}  // NOLINT(google-explicit-constructor): hm$(K, V) m = NULL

  /// The entries, dense and in the order of insertion until the first delete.
  E* data(Site site = Site::current()) const {
    if (this->header_ == nullptr) return nullptr;
    this->check(site);
    return static_cast<E*>(this->header_->entries);
  }
  /// As data().
  E* begin(Site site = Site::current()) const { return data(site); }
  /// The end: behind the last entry.
  E* end(Site site = Site::current()) const { return data(site) + this->size(site); }

  /// The entry at position `i`, whose key must not be changed. A position out of range ends the
  /// program under CEX_TEST, and is undefined behaviour otherwise.
  E& operator[](Index i) const {
    if constexpr (kChecked) {
      const size_t length = this->size(i.site());
      if (i.value() >= length) detail::die_of_index(i.site(), "hm$", i.value(), length);
    }
    return static_cast<E*>(this->header_->entries)[i.value()];
  }

  /// As m[i], but a position out of range ends the program in every build.
  E& at(Index i, Site site = Site::current()) const {
    const size_t length = this->size(site);
    if (i.value() >= length) [[unlikely]]
      detail::die_of_index(site, "arr$at", i.value(), length);
    return static_cast<E*>(this->header_->entries)[i.value()];
  }

  /// As del(), but keeps the order: the entries behind it move down by one. Takes time linear in
  /// the size of the map.
  template <typename T = E>
  bool del_ordered(HmKeyParam<T> key, Site site = Site::current()) const {
    return this->header_ != nullptr &&
           detail::map_erase<T, detail::HmDense, /*kOrdered=*/true>(
               this->header_, key, Base::template op<"del_ordered">(site));
  }
};

/// A map from K to V.
template <typename K, typename V>
using Hm = HmOf<HmEntry<K, V>>;

}  // namespace cex

/// @cond
// The entries outlive the handle, so a range over a temporary handle is valid.
template <typename E>
inline constexpr bool std::ranges::enable_borrowed_range<cex::HmOf<E>> = true;
/// @endcond

/// `hm$(K, V)`: the type of a handle, cex::Hm; null until hm$new.
#define hm$(...) ::cex::Hm<__VA_ARGS__>
/// `hm$s(S)`: the same over a struct of the user's, cex::HmOf.
#define hm$s(...) ::cex::HmOf<__VA_ARGS__>

/// `hm$(K, V) m = hm$new(m, allocator[, .capacity =, .seed =, .copy_keys =,
/// .copy_keys_arena_pgsize =]);`, in this order, or as a statement. See cex::MapOf::create().
#define hm$new(m, allocator, ...) \
  ::cex::detail::make_anew(::cex::detail::as_map(m), (allocator), ::cex::HmOptions{__VA_ARGS__})
/// hm$new, but `m` is null when out of memory.
#define hm$try_new(m, allocator, ...) \
  ::cex::detail::try_make_anew(::cex::detail::as_map(m), (allocator), ::cex::HmOptions{__VA_ARGS__})
/// Frees the memory and makes `m` null.
#define hm$free(m) ::cex::detail::as_map(m).free()
/// Removes all entries and keeps the room for them.
#define hm$clear(m) ::cex::detail::as_map(m).clear()
/// `hm$reserve(m, n)`: makes room for n entries in all.
#define hm$reserve(m, ...) ::cex::detail::as_map(m).reserve(__VA_ARGS__)
/// hm$reserve, but false when out of memory.
#define hm$try_reserve(m, ...) ::cex::detail::as_map(m).try_reserve(__VA_ARGS__)
/// Frees the memory that the entries do not need.
#define hm$shrink(m) ::cex::detail::as_map(m).shrink()
/// The number of entries.
#define hm$len(m) ::cex::detail::as_map(m).size()

/// `hm$set(m, key, value)`: sets the value of `key`; returns a pointer to the entry.
#define hm$set(m, ...) ::cex::detail::as_map(m).set(__VA_ARGS__)
/// hm$set, but nullptr when out of memory.
#define hm$try_set(m, ...) ::cex::detail::as_map(m).try_set(__VA_ARGS__)
/// `hm$setp(m, key)`: a pointer to the value, which is added as zero if there is none.
#define hm$setp(m, ...) ::cex::detail::as_map(m).setp(__VA_ARGS__)
/// hm$setp, but nullptr when out of memory.
#define hm$try_setp(m, ...) ::cex::detail::as_map(m).try_setp(__VA_ARGS__)
/// `hm$sets(m, entry)`, `hm$sets(m, {.key = 1, …})` or `hm$sets(m, key, field, …)`: sets a
/// whole entry; returns a pointer to it.
#define hm$sets(m, ...) ::cex::detail::as_map(m).sets_at(::cex::Site::current(), __VA_ARGS__)
/// hm$sets, but nullptr when out of memory.
#define hm$try_sets(m, ...) \
  ::cex::detail::as_map(m).try_sets_at(::cex::Site::current(), __VA_ARGS__)

/// `hm$get(m, key[, otherwise])`: the value, or `otherwise` (zero by default) if there is
/// none.
#define hm$get(m, ...) ::cex::detail::as_map(m).get_at(::cex::Site::current(), __VA_ARGS__)
/// `hm$getp(m, key)`: a pointer to the value, or nullptr.
#define hm$getp(m, ...) ::cex::detail::as_map(m).getp(__VA_ARGS__)
/// `hm$gets(m, key)`: a pointer to the entry, or nullptr. See cex::MapOf::find().
#define hm$gets(m, ...) ::cex::detail::as_map(m).find(__VA_ARGS__)
/// `hm$getp_many(m, keys, n, values)`: hm$getp for the n keys at `keys`, which wait for
/// memory together: for maps that are larger than the caches.
#define hm$getp_many(m, ...) ::cex::detail::as_map(m).getp_many(__VA_ARGS__)
/// `hm$del(m, key)`: removes it; returns whether it was there.
#define hm$del(m, ...) ::cex::detail::as_map(m).del(__VA_ARGS__)
/// `hm$erase_if(m, goes)`: removes the entries for which goes(entry) is true; returns their
/// number.
#define hm$erase_if(m, ...) ::cex::detail::as_map(m).erase_if(__VA_ARGS__)
/// `hm$del_ordered(m, key)`: hm$del, but the order of the others stays. See cex::HmOf.
#define hm$del_ordered(m, ...) ::cex::detail::as_map(m).del_ordered(__VA_ARGS__)

#endif  // CEX_COLLECTIONS_HM_H_
