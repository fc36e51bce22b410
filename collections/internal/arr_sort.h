/// @file
/// arr_sort: one call for every way in which people write a comparison.
#ifndef CEX_COLLECTIONS_INTERNAL_ARR_SORT_H_
#define CEX_COLLECTIONS_INTERNAL_ARR_SORT_H_

#include <algorithm>
#include <compare>
#include <functional>
#include <type_traits>

#include "cex/collections/internal/arr_handle.h"

namespace cex {
namespace detail {

using QsortComparator = int(const void*, const void*);

// Whether F is written for qsort: a function or lambda of that very signature.
// Told from its type and not by trying to call it, because a generic lambda's
// body may not compile for void pointers, and because an array of char* has
// elements that would pass for void pointers themselves.
template <typename F>
struct IsQsortComparator : std::false_type {};
template <>
struct IsQsortComparator<QsortComparator> : std::true_type {};
template <>
struct IsQsortComparator<int(const void*, const void*) noexcept> : std::true_type {};
template <typename F>
struct IsQsortComparator<F*> : IsQsortComparator<F> {};
template <typename C>
struct IsQsortComparator<int (C::*)(const void*, const void*) const> : std::true_type {};
template <typename C>
struct IsQsortComparator<int (C::*)(const void*, const void*) const noexcept> : std::true_type {};
template <typename F>
requires requires { &F::operator(); }
struct IsQsortComparator<F> : IsQsortComparator<decltype(&F::operator())> {};

}  // namespace detail

/// Sorts `a` in place, with no allocation; equal elements may change their order.
/// `compare` is one of: less(x, y) → bool; order(x, y) → int or std::strong_ordering
/// and the like, negative where x comes first; a comparator as for qsort(), on
/// pointers to elements. Without it: by operator<. A null `a` is fine. The algorithm is
/// std::sort's.
template <typename T, typename Compare = std::less<>>
void arr_sort(const Arr<T>& a, Compare compare = {}, Site site = Site::current()) {
  T* const first = a.begin();
  T* const last = a.end(site);
  if constexpr (detail::IsQsortComparator<Compare>::value) {
    std::sort(first, last, [&](const T& x, const T& y) { return compare(&x, &y) < 0; });
  } else {
    static_assert(std::is_invocable_v<Compare&, const T&, const T&>,
                  "cex: arr$sort needs a callable over two elements, or a qsort comparator.");
    using Result = std::invoke_result_t<Compare&, const T&, const T&>;
    if constexpr (std::is_same_v<Result, bool>) {
      std::sort(first, last, std::ref(compare));
    } else {
      std::sort(first, last, [&](const T& x, const T& y) { return compare(x, y) < 0; });
    }
  }
}

}  // namespace cex

#endif  // CEX_COLLECTIONS_INTERNAL_ARR_SORT_H_
