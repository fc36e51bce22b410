/// @file
/// hf$(K, V): a flat hash map in an allocator's memory, used through one pointer.
///
/// ```cpp
/// mem$scope(tmem$, _) {
///   hf$(uint64_t, int) hits = hf$new(hits, _, .capacity = 1000);
///   hf$set(hits, 17, 1);
///   *hf$setp(hits, 42) += 1;                     // added as 0 if it is new
///   int n = hf$get(hits, 42);                    // 0 if there is none
///   int* p = hf$getp(hits, 99);                  // nullptr if there is none
///   for$each (e, hits) printf("%d\n", e.value); // in no order
///   hf$del(hits, 42);
/// }                                              // freed with the scope
/// ```
///
/// It has the operations, kinds of keys, options, checks and messages of hm$: see cex/hm.h. The
/// difference: the entries lie in the table itself, so a lookup reads one cache line less, which
/// makes lookups in a large map faster. There is no order and no m[i], and a loop over all entries
/// takes longer. Pointers to entries and values are valid until the next insert, hf$shrink or
/// hf$clear; a delete moves nothing.
///
/// HF.md draws the layout and says which of the two is for what. Thread safety: any number of
/// readers, or one writer. Each macro is one call of the member of that name: cex/map.h.
#ifndef CEX_COLLECTIONS_HF_H_
#define CEX_COLLECTIONS_HF_H_

#include <stddef.h>

#include <span>  // declares what is specialized below
#include <type_traits>

#include "cex/collections/internal/hf_flat.h"
#include "cex/map.h"

namespace cex {

/// A flat map of entries of type E, which has a `.key`: one pointer.
template <typename E>
class HfOf : public MapOf<HfOf<E>, E, detail::HfFlat> {
 public:
  /// An iterator over the entries, in no order. Valid until the next insert, clear() or shrink().
  /// Entries may be deleted meanwhile; after deleting the entry that the iterator is at, increment
  /// the iterator before you dereference it again.
  class iterator {
   public:
    /// What an iterator has.
    /// @{
    using value_type = E;
    using difference_type = ptrdiff_t;
    using reference = E&;
    using pointer = E*;
    using iterator_category = std::forward_iterator_tag;
    constexpr iterator() = default;
    E& operator*() const { return slots_[slot_]; }
    E* operator->() const { return __builtin_addressof(**this); }
    iterator& operator++() {
      find_from(slot_ + 1);
      return *this;
    }
    iterator operator++(int) {
      const iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) {
      return a.group_ == b.group_ && a.slot_ == b.slot_;
    }
    /// @}

   private:
    friend class HfOf;

    iterator(const detail::HfGroup* group, const detail::HfGroup* end, E* entries)
        : group_(group), end_(end), slots_(entries) {
      find_from(0);
    }
    // Looks for the next entry only when it is needed, since entries may be deleted meanwhile.
    void find_from(unsigned slot) {
      for (; group_ != end_; ++group_, slots_ += detail::kHfSlots, slot = 0) {
        const unsigned taken = detail::hf_taken_slots(*group_) >> slot << slot;
        if (taken != 0) {
          slot_ = static_cast<unsigned>(__builtin_ctz(taken));
          return;
        }
      }
      slot_ = 0;
    }

    const detail::HfGroup* group_ = nullptr;
    const detail::HfGroup* end_ = nullptr;
    E* slots_ = nullptr;
    unsigned slot_ = 0;
  };
  /// As iterator.
  using const_iterator = iterator;

  /// A null map.
  constexpr HfOf() = default;
  /// A null map, also from NULL.
  constexpr HfOf(decltype(nullptr)) {}  // NOLINT(google-explicit-constructor): hf$(K, V) m = NULL

  /// The first entry.
  iterator begin(Site site = Site::current()) const {
    if (this->empty(site)) return end(site);
    const detail::HfGroup* const groups = this->header_->groups;
    return {groups, end_of_groups(), static_cast<E*>(this->header_->entries)};
  }
  /// The end: behind the last entry.
  iterator end(Site site = Site::current()) const {
    if (this->header_ == nullptr) return {};
    this->check(site);
    const detail::HfGroup* const end = end_of_groups();
    return {end, end, nullptr};
  }

 private:
  const detail::HfGroup* end_of_groups() const {
    return &detail::hf_group(this->header_->groups, this->header_->mask) + 1;
  }
};

/// A flat map from K to V.
template <typename K, typename V>
using Hf = HfOf<HmEntry<K, V>>;

}  // namespace cex

/// @cond
// The entries outlive the handle, so a range over a temporary handle is valid.
template <typename E>
inline constexpr bool std::ranges::enable_borrowed_range<cex::HfOf<E>> = true;
/// @endcond

/// `hf$(K, V)`: the type of a handle, cex::Hf; null until hf$new.
#define hf$(...) ::cex::Hf<__VA_ARGS__>
/// `hf$s(S)`: the same over a struct of the user's, cex::HfOf.
#define hf$s(...) ::cex::HfOf<__VA_ARGS__>

/// `hf$(K, V) m = hf$new(m, allocator[, .capacity =, .seed =, .copy_keys =,
/// .copy_keys_arena_pgsize =]);`, in this order, or as a statement. See cex::MapOf::create().
#define hf$new(m, allocator, ...) \
  ::cex::detail::make_anew(::cex::detail::as_map(m), (allocator), ::cex::HmOptions{__VA_ARGS__})
/// hf$new, but `m` is null when out of memory.
#define hf$try_new(m, allocator, ...) \
  ::cex::detail::try_make_anew(::cex::detail::as_map(m), (allocator), ::cex::HmOptions{__VA_ARGS__})
/// Frees the memory and makes `m` null.
#define hf$free(m) ::cex::detail::as_map(m).free()
/// Removes all entries; may give up room of which they used little. See cex::MapOf::clear().
#define hf$clear(m) ::cex::detail::as_map(m).clear()
/// `hf$reserve(m, n)`: makes room for n entries in all.
#define hf$reserve(m, ...) ::cex::detail::as_map(m).reserve(__VA_ARGS__)
/// hf$reserve, but false when out of memory.
#define hf$try_reserve(m, ...) ::cex::detail::as_map(m).try_reserve(__VA_ARGS__)
/// Frees the memory that the entries do not need.
#define hf$shrink(m) ::cex::detail::as_map(m).shrink()
/// The number of entries.
#define hf$len(m) ::cex::detail::as_map(m).size()

/// `hf$set(m, key, value)`: sets the value of `key`; returns a pointer to the entry.
#define hf$set(m, ...) ::cex::detail::as_map(m).set(__VA_ARGS__)
/// hf$set, but nullptr when out of memory.
#define hf$try_set(m, ...) ::cex::detail::as_map(m).try_set(__VA_ARGS__)
/// `hf$setp(m, key)`: a pointer to the value, which is added as zero if there is none.
#define hf$setp(m, ...) ::cex::detail::as_map(m).setp(__VA_ARGS__)
/// hf$setp, but nullptr when out of memory.
#define hf$try_setp(m, ...) ::cex::detail::as_map(m).try_setp(__VA_ARGS__)
/// `hf$sets(m, entry)`, `hf$sets(m, {.key = 1, …})` or `hf$sets(m, key, field, …)`: sets a
/// whole entry; returns a pointer to it.
#define hf$sets(m, ...) ::cex::detail::as_map(m).sets_at(::cex::Site::current(), __VA_ARGS__)
/// hf$sets, but nullptr when out of memory.
#define hf$try_sets(m, ...) \
  ::cex::detail::as_map(m).try_sets_at(::cex::Site::current(), __VA_ARGS__)

/// `hf$get(m, key[, otherwise])`: the value, or `otherwise` (zero by default) if there is
/// none.
#define hf$get(m, ...) ::cex::detail::as_map(m).get_at(::cex::Site::current(), __VA_ARGS__)
/// `hf$getp(m, key)`: a pointer to the value, or nullptr.
#define hf$getp(m, ...) ::cex::detail::as_map(m).getp(__VA_ARGS__)
/// `hf$gets(m, key)`: a pointer to the entry, or nullptr. See cex::MapOf::find().
#define hf$gets(m, ...) ::cex::detail::as_map(m).find(__VA_ARGS__)
/// `hf$getp_many(m, keys, n, values)`: hf$getp for the n keys at `keys`, which wait for
/// memory together: for maps that are larger than the caches.
#define hf$getp_many(m, ...) ::cex::detail::as_map(m).getp_many(__VA_ARGS__)
/// `hf$del(m, key)`: removes it; returns whether it was there.
#define hf$del(m, ...) ::cex::detail::as_map(m).del(__VA_ARGS__)
/// `hf$erase_if(m, goes)`: removes the entries for which goes(entry) is true; returns their
/// number.
#define hf$erase_if(m, ...) ::cex::detail::as_map(m).erase_if(__VA_ARGS__)

#endif  // CEX_COLLECTIONS_HF_H_
