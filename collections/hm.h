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
/// Thread safety: any number of readers, or one writer. Each macro is one call of the member of
/// that name (`m.set(k, v)`, `m.find(k)`): cex/map.h has those, which hf$ has too. A hf$ is
/// the map to choose where neither order nor m[i] is needed and lookups go beyond the caches.
#ifndef CEX_COLLECTIONS_HM_H_
#define CEX_COLLECTIONS_HM_H_

#include <stddef.h>

#include <string_view>
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
  /// Behind the last entry.
  E* end(Site site = Site::current()) const { return data(site) + this->size(site); }

  /// The entry at position `i`. Out of range ends the program under CEX_TEST, and is
  /// undefined otherwise. Its key must not be changed.
  E& operator[](Index i) const {
    if constexpr (kChecked) {
      const size_t length = this->size(i.site());
      if (i.value() >= length) detail::die_of_index(i.site(), "hm$", i.value(), length);
    }
    return static_cast<E*>(this->header_->entries)[i.value()];
  }

  /// As m[i], but the end of the program where there is none, in every build.
  E& at(Index i, Site site = Site::current()) const {
    const size_t length = this->size(site);
    if (i.value() >= length) [[unlikely]]
      detail::die_of_index(site, "arr$at", i.value(), length);
    return static_cast<E*>(this->header_->entries)[i.value()];
  }

  /// As del(), but the entries behind it move down by one, so that the order stays: takes as
  /// long as the map is large.
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

static_assert(sizeof(Hm<int, int>) == sizeof(void*) && std::is_trivially_copyable_v<Hm<int, int>>);

}  // namespace cex

/// @cond
// The entries outlive the handle, so a range over a temporary one is fine.
template <typename E>
inline constexpr bool std::ranges::enable_borrowed_range<cex::HmOf<E>> = true;
/// @endcond

/// `hm$(K, V)`: the type of a handle, cex::Hm; null until hm$new.
#define hm$(...) ::cex::Hm<__VA_ARGS__>
/// `hm$s(S)`: the same over a struct of the user's, cex::HmOf.
#define hm$s(...) ::cex::HmOf<__VA_ARGS__>

/// `hm$(K, V) m = hm$new(m, allocator[, .capacity =, .seed =, .copy_keys =,
/// .copy_keys_arena_pgsize =]);`, in this order, or as a statement. See cex::MapOf::create().
#define hm$new(m, allocator, ...) CEX_DETAIL_NEW_MAP(create, m, allocator, __VA_ARGS__)
/// hm$new, but `m` is null when there is no memory.
#define hm$try_new(m, allocator, ...) CEX_DETAIL_NEW_MAP(try_create, m, allocator, __VA_ARGS__)
/// Frees the memory and makes `m` null.
#define hm$free(m) ::cex::detail::as_map(m).free()
/// Removes all entries and keeps their room.
#define hm$clear(m) ::cex::detail::as_map(m).clear()
/// `hm$reserve(m, n)`: makes room for n entries in all.
#define hm$reserve(m, ...) ::cex::detail::as_map(m).reserve(__VA_ARGS__)
/// hm$reserve, but false when there is no memory.
#define hm$try_reserve(m, ...) ::cex::detail::as_map(m).try_reserve(__VA_ARGS__)
/// Frees the memory that the entries do not need.
#define hm$shrink(m) ::cex::detail::as_map(m).shrink()
/// The number of entries.
#define hm$len(m) ::cex::detail::as_map(m).size()

/// `hm$set(m, key, value)`: sets the value of `key`; the entry.
#define hm$set(m, ...) ::cex::detail::as_map(m).set(__VA_ARGS__)
/// hm$set, but nullptr when there is no memory.
#define hm$try_set(m, ...) ::cex::detail::as_map(m).try_set(__VA_ARGS__)
/// `hm$setp(m, key)`: a pointer to the value, made with zeroes where there is none.
#define hm$setp(m, ...) ::cex::detail::as_map(m).setp(__VA_ARGS__)
/// hm$setp, but nullptr when there is no memory.
#define hm$try_setp(m, ...) ::cex::detail::as_map(m).try_setp(__VA_ARGS__)
/// `hm$sets(m, entry)`, `hm$sets(m, {.key = 1, …})` or `hm$sets(m, key, field, …)`: sets a
/// whole entry.
#define hm$sets(m, ...) ::cex::detail::as_map(m).sets_at(::cex::Site::current(), __VA_ARGS__)
/// hm$sets, but nullptr when there is no memory.
#define hm$try_sets(m, ...) \
  ::cex::detail::as_map(m).try_sets_at(::cex::Site::current(), __VA_ARGS__)

/// `hm$get(m, key[, otherwise])`: the value, or `otherwise` (zeroes, by default) where
/// there is none.
#define hm$get(m, ...) ::cex::detail::as_map(m).get_at(::cex::Site::current(), __VA_ARGS__)
/// `hm$getp(m, key)`: a pointer to the value, or nullptr.
#define hm$getp(m, ...) ::cex::detail::as_map(m).getp(__VA_ARGS__)
/// `hm$gets(m, key)`: a pointer to the entry, or nullptr. See cex::MapOf::find().
#define hm$gets(m, ...) ::cex::detail::as_map(m).find(__VA_ARGS__)
/// `hm$getp_many(m, keys, n, values)`: hm$getp for the n keys at `keys`, which wait for
/// memory together: for maps that are larger than the caches.
#define hm$getp_many(m, ...) ::cex::detail::as_map(m).getp_many(__VA_ARGS__)
/// `hm$del(m, key)`: removes it; whether it was there.
#define hm$del(m, ...) ::cex::detail::as_map(m).del(__VA_ARGS__)
/// `hm$erase_if(m, goes)`: removes the entries for which goes(entry) is true; how many.
#define hm$erase_if(m, ...) ::cex::detail::as_map(m).erase_if(__VA_ARGS__)
/// `hm$del_ordered(m, key)`: hm$del, but the order of the others stays. See cex::HmOf.
#define hm$del_ordered(m, ...) ::cex::detail::as_map(m).del_ordered(__VA_ARGS__)

#endif  // CEX_COLLECTIONS_HM_H_
