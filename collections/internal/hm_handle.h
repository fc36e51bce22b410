/// @file
/// cex::HmOf<E>, the handle that hm$(K, V) and hm$s(S) name. Users include cex/hm.h.
#ifndef CEX_COLLECTIONS_INTERNAL_HM_HANDLE_H_
#define CEX_COLLECTIONS_INTERNAL_HM_HANDLE_H_

#include <stddef.h>

#include <ranges>
#include <type_traits>

#include "cex/collections/internal/hm_key.h"
#include "cex/collections/internal/hm_table.h"
#include "cex/collections/internal/index.h"

namespace cex {

namespace detail {
struct HmAccess;
}  // namespace detail

/// What a hm$(K, V) holds.
template <typename K, typename V>
struct HmEntry {
  K key;    ///< not to be changed while it is in the map
  V value;  ///< may be changed at any time
};

/// A map of entries of type E, which has a `.key`: one pointer. See cex/hm.h.
///
/// Copies of the handle are the same map, also after it has grown. The handle owns
/// nothing by itself: hm$free gives the memory back, or the end of the allocator's
/// scope does.
template <typename E>
class HmOf {
 public:
  /// What a contiguous range has.
  /// @{
  using value_type = E;
  using size_type = size_t;
  using difference_type = ptrdiff_t;
  using reference = E&;
  using iterator = E*;
  using const_iterator = const E*;
  /// @}

  /// A null map.
  constexpr HmOf() = default;
  /// A null map, also from NULL.
  constexpr HmOf(decltype(nullptr)) {}  // NOLINT(google-explicit-constructor): hm$(K, V) m = NULL

  /// How many entries there are; 0 for a null map.
  size_t size(Site site = Site::current()) const {
    if (header_ == nullptr) return 0;
    detail::hm_check(header_, layout(), "hm$", site);
    return header_->length;
  }
  /// Whether there are none.
  bool empty(Site site = Site::current()) const { return size(site) == 0; }

  /// The entries, dense and in the order of insertion until the first delete.
  E* data(Site site = Site::current()) const {
    if (header_ == nullptr) return nullptr;
    detail::hm_check(header_, layout(), "hm$", site);
    return static_cast<E*>(header_->entries);
  }
  /// As data().
  E* begin(Site site = Site::current()) const { return data(site); }
  /// Behind the last entry.
  E* end(Site site = Site::current()) const { return data(site) + size(site); }

  /// The entry at position `i`. Out of range ends the program under CEX_TEST, and is
  /// undefined otherwise. Its key must not be changed.
  E& operator[](Index i) const {
    if constexpr (kChecked) {
      const size_t length = size(i.site());
      if (i.value() >= length) detail::die_of_index(i.site(), "hm$", i.value(), length);
    }
    return static_cast<E*>(header_->entries)[i.value()];
  }

  /// Whether it is not null.
  constexpr explicit operator bool() const { return header_ != nullptr; }

  /// Whether both are the same map, not whether the entries are equal.
  friend constexpr bool operator==(const HmOf& a, const HmOf& b) { return a.header_ == b.header_; }

 private:
  friend struct detail::HmAccess;

  constexpr explicit HmOf(detail::HmHeader* header) : header_(header) {}

  // Also where E is found wanting. Not at the class's level, so that a struct may
  // hold a map to its own type.
  static constexpr detail::HmLayout layout() {
    static_assert(
        requires(E e) { e.key; },
        "cex: the struct of hm$s(S) needs a field called key (and one called value for "
        "hm$set, hm$setp, hm$get and hm$getp).");
    static_assert(std::is_trivially_copyable_v<E> && std::is_trivially_copy_constructible_v<E> &&
                      std::is_trivially_destructible_v<E>,
                  "cex: hm$ moves its entries as bytes and runs no destructors, so keys and values "
                  "must be trivially copyable and trivially destructible. Keep std::string keys as "
                  "std::string_view with .copy_keys, and larger values behind a pointer.");
    static_assert(alignof(E) <= detail::kMaxAlign,
                  "cex: hm$: an entry is aligned beyond 64 bytes, which no IAllocator gives.");
    static_assert(sizeof(E) < detail::kElementLimit, "cex: hm$: one entry takes more than 2 GiB.");
    using K = std::remove_cv_t<decltype(E::key)>;
    detail::hm_check_key<K>();
    return {static_cast<uint32_t>(sizeof(E)), static_cast<uint32_t>(alignof(E)),
            detail::HmKey<K>::kIsScanned};
  }

  detail::HmHeader* header_ = nullptr;
};

/// A map from K to V.
template <typename K, typename V>
using Hm = HmOf<HmEntry<K, V>>;

namespace detail {

struct HmAccess {
  template <typename E>
  static HmHeader*& header(HmOf<E>& m) {
    return m.header_;
  }
  template <typename E>
  static HmHeader* header(const HmOf<E>& m) {
    return m.header_;
  }
  template <typename E>
  static constexpr HmLayout layout(const HmOf<E>&) {
    return HmOf<E>::layout();
  }
  template <typename E>
  static constexpr HmLayout layout() {
    return HmOf<E>::layout();
  }
  template <typename E>
  static constexpr HmOf<E> make(HmHeader* header) {
    return HmOf<E>(header);
  }
};

template <typename E>
using HmKeyOf = HmKey<std::remove_cv_t<decltype(E::key)>>;

}  // namespace detail

/// How the functions of cex/hm.h take a key: integers, enums and pointers by value,
/// text as const char* (char* keys) or std::string_view (char[N] and string_view
/// keys), structs by reference.
template <typename E>
using HmKeyParam = typename detail::HmKeyOf<E>::Param;

/// The type of E's value.
template <typename E>
using HmValue = std::remove_cvref_t<decltype(std::declval<E&>().value)>;

}  // namespace cex

/// @cond
// The entries outlive the handle, so a range over a temporary one is fine.
template <typename E>
inline constexpr bool std::ranges::enable_borrowed_range<cex::HmOf<E>> = true;
/// @endcond

#endif  // CEX_COLLECTIONS_INTERNAL_HM_HANDLE_H_
