/// @file
/// cex::Arr<T>, the handle that arr$(T) names. Users include cex/arr.h.
#ifndef CEX_COLLECTIONS_INTERNAL_ARR_HANDLE_H_
#define CEX_COLLECTIONS_INTERNAL_ARR_HANDLE_H_

#include <stddef.h>

#include <memory>
#include <ranges>
#include <type_traits>

#include "cex/collections/internal/arr_block.h"
#include "cex/collections/internal/construct.h"
#include "cex/collections/internal/index.h"

namespace cex {

namespace detail {
struct ArrAccess;

// A pointer that a T* converts to.
template <typename P, typename T>
concept PointerTo = std::is_pointer_v<P> && std::is_convertible_v<T*, P>;
}  // namespace detail

/// A growing array of T: one pointer to its first element. See cex/arr.h.
///
/// A copy of the handle is the same array until one of them makes it grow (which
/// may move it) or frees it; pass `Arr<T>&` to a function that adds elements. The
/// handle owns nothing by itself: arr$free gives the memory back, or the end of
/// the allocator's scope does.
template <typename T>
class Arr {
 public:
  /// What a contiguous range has.
  /// @{
  using element_type = T;
  using value_type = T;
  using size_type = size_t;
  using difference_type = ptrdiff_t;
  using reference = T&;
  using pointer = T*;
  using iterator = T*;
  using const_iterator = const T*;
  /// @}

  /// A null array.
  constexpr Arr() = default;
  /// A null array, also from NULL.
  constexpr Arr(decltype(nullptr)) {}  // NOLINT(google-explicit-constructor): arr$(T) a = NULL

  /// How many elements there are; 0 for a null array.
  size_t size(Site site = Site::current()) const {
    if (elements_ == nullptr) return 0;
    detail::arr_check(elements_, layout(), "arr$", site);
    return detail::arr_header(elements_)->length;
  }
  /// Whether there are none.
  bool empty(Site site = Site::current()) const { return size(site) == 0; }
  /// The elements; null for a null array. Good until the array grows.
  T* data() const { return elements_; }
  /// As data().
  T* begin() const { return elements_; }
  /// Behind the last element.
  T* end(Site site = Site::current()) const { return elements_ + size(site); }

  /// Element `i`. Out of range ends the program under CEX_TEST, and is undefined otherwise.
  T& operator[](Index i) const {
    if constexpr (kChecked) {
      const size_t length = size(i.site());
      if (i.value() >= length) detail::die_of_index(i.site(), "arr$", i.value(), length);
    }
    return elements_[i.value()];
  }

  /// To `T*`, `const T*`, `void*` and what else a `T*` converts to. A template, because
  /// the compiler would otherwise weigh its own pointer[int] against the operator
  /// above and call `a[i]` ambiguous.
  template <detail::PointerTo<T> P>
  // NOLINTNEXTLINE(google-explicit-constructor): for C calls
  constexpr operator P() const {
    return elements_;
  }
  /// Whether it is not null.
  constexpr explicit operator bool() const { return elements_ != nullptr; }

  /// What a `T*` can do and the conversion above can't give it. `*` and `->` are checked as
  /// a[0] is, but can't know the caller's line.
  /// @{
  T& operator*() const { return (*this)[Index(0, Site{})]; }
  T* operator->() const {
    if constexpr (kChecked) return std::addressof(**this);
    return elements_;
  }
  friend T* operator+(const Arr& a, ptrdiff_t n) { return a.elements_ + n; }
  /// @}

  /// Whether both are the same array, not whether the elements are equal.
  /// @{
  friend constexpr bool operator==(const Arr& a, const Arr& b) {
    return a.elements_ == b.elements_;
  }
  template <typename P>
  requires(std::is_pointer_v<P>) friend constexpr bool operator==(const Arr& a, P p) {
    return a.elements_ == p;
  }
  /// @}

 private:
  friend struct detail::ArrAccess;

  constexpr explicit Arr(T* elements) : elements_(elements) {}

  // Also where T is found wanting. Not at the class's level, so that a struct may
  // hold an array of its own type.
  static constexpr detail::ArrLayout layout() {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_copy_constructible_v<T> &&
                      std::is_trivially_destructible_v<T>,
                  "cex: arr$(T) moves its elements as bytes and runs no destructors, so T must be "
                  "trivially copyable and trivially destructible. Use std::vector<T> (over an "
                  "IAllocator with cex/pmr.h), or an arr$ of T*.");
    static_assert(alignof(T) <= detail::kMaxAlign,
                  "cex: arr$(T): T is aligned beyond 64 bytes, which no IAllocator gives.");
    static_assert(sizeof(T) < detail::kElementLimit, "cex: arr$(T): one T takes more than 2 GiB.");
    return {static_cast<uint32_t>(sizeof(T)), static_cast<uint32_t>(alignof(T))};
  }

  T* elements_ = nullptr;
};

static_assert(sizeof(Arr<char>) == sizeof(char*) && std::is_trivially_copyable_v<Arr<char>> &&
              std::is_trivially_destructible_v<Arr<char>>);

namespace detail {

// What the functions of cex/arr.h reach the handle through.
struct ArrAccess {
  template <typename T>
  static T*& elements(Arr<T>& a) {
    return a.elements_;
  }
  template <typename T>
  static constexpr ArrLayout layout(const Arr<T>&) {
    return Arr<T>::layout();
  }
  template <typename T>
  static constexpr Arr<T> make(T* elements) {
    return Arr<T>(elements);
  }
};

}  // namespace detail
}  // namespace cex

/// @cond
// The elements outlive the handle, so a range over a temporary one is fine.
template <typename T>
inline constexpr bool std::ranges::enable_borrowed_range<cex::Arr<T>> = true;
/// @endcond

#endif  // CEX_COLLECTIONS_INTERNAL_ARR_HANDLE_H_
