// arr$sort: one call for every way in which people write a comparison.
#ifndef CEX_COLLECTIONS_INTERNAL_ARR_SORT_H_
#define CEX_COLLECTIONS_INTERNAL_ARR_SORT_H_

#include <stddef.h>

#include <type_traits>

#include "cex/collections/internal/sort.h"
#include "cex/report.h"

namespace cex::detail {

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
template <typename C>
struct IsQsortComparator<int (C::*)(const void*, const void*)> : std::true_type {};
template <typename C>
struct IsQsortComparator<int (C::*)(const void*, const void*) noexcept> : std::true_type {};
template <typename F>
requires requires { &F::operator(); }
struct IsQsortComparator<F> : IsQsortComparator<decltype(&F::operator())> {};

[[noreturn, gnu::cold, gnu::noinline]] inline void sort_die(Site site, const char* how) {
  die(site, "arr$sort: the comparison is no strict weak ordering\n  %s", how);
}

// Reports, after sorting, what a comparison of two elements alone doesn't show: an order that
// is not transitive, or is not where neither of two comes before the other.
template <typename T, typename Less>
void sort_verify(const T* first, size_t count, Less less, Site site) {
  for (size_t distance = 1; distance < count; distance *= 2) {
    for (size_t i = distance; i < count; ++i) {
      if (less(first[i], first[i - distance])) {
        sort_die(site, "x comes before y and y before z, but not x before z");
      }
    }
  }
  size_t same = 0;  // where the elements begin of which none comes before the next
  for (size_t i = 1; i < count; ++i) {
    if (less(first[i - 1], first[i])) {
      same = i;
    } else if (less(first[same], first[i]) || less(first[i], first[same])) {
      sort_die(site, "neither of x and y, and of y and z, comes first, but one of x and z does");
    }
  }
}

// By operator<.
struct SortLess {
  template <typename T>
  bool operator()(const T& x, const T& y) const {
    return x < y;
  }
};

// What `compare` says; it may be a member function of elements.
template <typename Compare, typename T>
auto sort_ask(Compare& compare, const T& x, const T& y) {
  if constexpr (std::is_member_function_pointer_v<Compare>) {
    return (x.*compare)(y);
  } else {
    return compare(x, y);
  }
}

// Whether a comparison that returns R says yes or no: also by a class that converts to bool, as the
// elements of a std::vector<bool>. (Braces refuse one that converts to a number.)
template <typename R>
concept SaysYesOrNo = std::is_same_v<R, bool> ||
    (std::is_class_v<R>&& requires(R answer) { bool{answer}; });

// See cex::Arr::sort().
template <typename T, typename Compare>
void sort_elements(T* first, size_t count, Compare& compare, Site site) {
  if constexpr (IsQsortComparator<Compare>::value) {
    sort_range(first, first + count, [&](const T& x, const T& y) {
      return compare(__builtin_addressof(x), __builtin_addressof(y)) < 0;
    });
  } else {
    static_assert(std::is_invocable_v<Compare&, const T&, const T&>,
                  "cex: arr$sort needs a callable over two elements, or a qsort comparator.");
    using Result = std::remove_cvref_t<std::invoke_result_t<Compare&, const T&, const T&>>;
    static_assert(SaysYesOrNo<Result> || !std::is_unsigned_v<Result>,
                  "cex: arr$sort needs a comparison that returns bool, a signed number, or an "
                  "ordering: no unsigned number is below 0.");
    const auto less = [&](const T& x, const T& y) -> bool {
      if constexpr (SaysYesOrNo<Result>) {
        return bool{sort_ask(compare, x, y)};
      } else {
        return sort_ask(compare, x, y) < 0;
      }
    };
    if constexpr (kChecked) {
      const auto checked_less = [&](const T& x, const T& y) {
        if (!less(x, y)) return false;
        if (less(y, x)) {
          sort_die(site, "each of two elements comes before the other, or one before itself");
        }
        return true;
      };
      sort_range(first, first + count, checked_less);
      sort_verify(first, count, less, site);
    } else {
      sort_range(first, first + count, less);
    }
  }
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_ARR_SORT_H_
