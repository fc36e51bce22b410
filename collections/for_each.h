/// @file
/// for$each and for$eachp: loops over arrays, maps and other ranges.
///
/// ```cpp
/// for$each (path, paths) puts(path);              // a copy of each element
/// for$eachp (point, points) point->x += 1;        // a pointer to each
/// for$each (word, argv + 1, argc - 1) puts(word); // a pointer and a length
/// for$each (e, map) total += e.value;             // hm$: its entries, in order
/// ```
///
/// They work on arr$, hm$, hf$, C arrays (a string literal includes its NUL), a pointer and a
/// length, and every std::ranges::range whose iterators can be copied; a temporary one is kept for
/// the loop, but for a std::initializer_list, which must have a name. The second argument is
/// evaluated once. `break`, `continue` and nesting work as in any loop. Structured bindings have a
/// comma, which would end the macro's argument: write `for (const auto& [key, value] : map)`.
///
/// The loop makes as many rounds as there were elements when it began. Do not add to an arr$ or a
/// map inside a loop over it, nor shrink or clear it: that may move the elements. Do not delete
/// from an arr$ or a hm$ there: other elements move into the places of the deleted ones, and the
/// last rounds have no element. Use arr$erase_if or hm$erase_if, or leave the loop by `break` after
/// the call. CEX_TEST reports a round whose element has moved or does not exist. Entries of a hf$
/// may be deleted inside the loop.
///
/// Loops allocate nothing and can't fail. Thread safety: that of reading the elements.
#ifndef CEX_COLLECTIONS_FOR_EACH_H_
#define CEX_COLLECTIONS_FOR_EACH_H_

#include <stddef.h>
#include <stdint.h>

#include <initializer_list>
#include <span>  // for the concepts of std::ranges, at a third of the cost of <ranges>
#include <type_traits>
#include <utility>

#include "cex/index.h"
#include "cex/length.h"
#include "cex/report.h"

namespace cex {
namespace detail {

template <typename R>
concept ContiguousClass = std::ranges::contiguous_range<R&> && std::is_class_v<R>;

// A handle checks itself, with the line of the loop.
template <typename R>
concept Handle = requires(R& r, Site site) {
  r.end(site);
};
template <typename R>
concept DenseHandle = Handle<R> && requires(R& r) {
  requires std::is_pointer_v<decltype(r.begin())>;
};

template <typename It, typename End>
struct EachRange {
  It first;
  End last;
  constexpr It begin() const { return first; }
  constexpr End end() const { return last; }
};

// Elements by index. clang unrolls a loop over an index for every size of elements, and a loop that
// ends at an address only for sizes that are a power of two. With an index that counts down, clang
// loads pairs of 16-byte elements across cache lines.
struct CountedEnd {
  size_t count;
};
template <typename T>
struct Counted {
  T* first;
  size_t i;

  constexpr T& operator*() const { return first[i]; }
  constexpr Counted& operator++() {
    ++i;
    return *this;
  }
  constexpr bool operator!=(CountedEnd end) const { return i != end.count; }
};
template <typename It>
using EachCounted = EachRange<It, CountedEnd>;

// With the checks, for a handle: reports elements that were removed or moved during the loop.
template <typename T, typename H>
struct CheckedCounted : Counted<T> {
  H handle;
  const char* call;
  Site site;

  T& operator*() const {
    const size_t length = handle.size(site);
    if (this->i >= length || handle.begin() != this->first) {
      die(site, "%s: elements were removed or moved inside their own loop\n  index %zu, length %zu",
          call, this->i, length);
    }
    return this->first[this->i];
  }
};
template <typename R>
constexpr auto counted(R& r, [[maybe_unused]] const char* call, [[maybe_unused]] Site site) {
  using T = std::remove_pointer_t<decltype(std::ranges::data(r))>;
  if constexpr (kChecked && DenseHandle<R>) {
    return CheckedCounted<T, std::remove_cv_t<R>>{{std::ranges::data(r), 0}, r, call, site};
  } else {
    return Counted<T>{std::ranges::data(r), 0};
  }
}

// With the checks, for a hf$: reports a table that was replaced during the loop. Before a step
// alone, since entries may be deleted meanwhile.
template <typename It, typename H>
struct CheckedStep {
  It it;
  H handle;
  It last;
  const char* call;
  Site site;

  auto& operator*() const { return *it; }
  CheckedStep& operator++() {
    if (handle.end(site) != last) {
      die(site,
          "%s: elements were removed or moved inside their own loop\n  the map has a new table",
          call);
    }
    ++it;
    return *this;
  }
  bool operator!=(const It& end) const { return it != end; }
};

// Steps as It does and gives each element's address.
template <typename It>
struct AddressOf {
  It it;

  constexpr auto* operator*() const { return __builtin_addressof(*it); }
  constexpr AddressOf& operator++() {
    ++it;
    return *this;
  }
  template <typename End>
  constexpr bool operator!=(const End& end) const {
    return it != end;
  }
};

// Whether R is a std::initializer_list.
template <typename R>
inline constexpr bool kIsList = false;
template <typename T>
inline constexpr bool kIsList<std::initializer_list<T>> = true;

// A temporary range, kept for as long as the loop takes.
template <typename R>
struct EachOwned {
  R range;
  constexpr auto begin() { return std::ranges::begin(range); }
  constexpr auto end() { return std::ranges::end(range); }
};
template <typename R>
struct EachOwnedAddress {
  R range;
  constexpr auto begin() {
    return AddressOf<std::ranges::iterator_t<R>>{std::ranges::begin(range)};
  }
  constexpr auto end() { return std::ranges::end(range); }
};

// Makes one of a temporary. The elements of an array are copied one by one.
template <typename Owned, typename R>
constexpr Owned own(R&& r) {
  if constexpr (std::is_array_v<std::remove_reference_t<R>>) {
    return [&r]<size_t... kI>(std::index_sequence<kI...>) {
      return Owned{{static_cast<R&&>(r)[kI]...}};
    }
    (std::make_index_sequence<std::extent_v<std::remove_reference_t<R>>>());
  } else {
    return Owned{static_cast<R&&>(r)};
  }
}

template <typename R>
inline constexpr bool kMustOwn =
    !std::is_lvalue_reference_v<R> && !std::ranges::enable_borrowed_range<std::remove_cvref_t<R>>;

template <typename R>
constexpr void check_each() {
  static_assert(!std::is_pointer_v<std::remove_cvref_t<R>>,
                "cex: for$each over a plain pointer: say how many elements there are, "
                "for$each(it, p, n), or pass the arr$ handle itself.");
  static_assert(std::is_pointer_v<std::remove_cvref_t<R>> || std::ranges::range<R>,
                "cex: for$each over something that is no range.");
  static_assert(std::is_lvalue_reference_v<R> || !kIsList<std::remove_cvref_t<R>>,
                "cex: for$each over a temporary std::initializer_list, whose elements are gone "
                "before the first round: give it a name, or loop over a C array.");
}

// Ends the program where a loop over the first `n` elements of `r` would leave them.
template <typename R>
constexpr void check_first([[maybe_unused]] R& r, [[maybe_unused]] size_t n,
                           [[maybe_unused]] const char* call, [[maybe_unused]] Site site) {
  if constexpr (kChecked && std::ranges::sized_range<R>) {
    const size_t length = arr_len(r, site);
    if (n > length) {
      die(site, "%s: a loop over more elements than there are\n  %zu of %zu", call, n, length);
    }
  }
}

// Ends the program because of an `n` of elements at a pointer that is negative, or takes more
// memory than there can be.
template <typename T>
constexpr void check_count([[maybe_unused]] size_t n, [[maybe_unused]] const char* call,
                           [[maybe_unused]] Site site) {
  if constexpr (kChecked) {
    if (n > PTRDIFF_MAX / sizeof(T)) {
      die(site, "%s: a loop over more elements than there are\n  n is %td", call,
          static_cast<ptrdiff_t>(n));
    }
  }
}

}  // namespace detail

/// The `n` elements at `p`, which may be null if `n` is 0. A negative `n` ends the program under
/// CEX_TEST, and is undefined behaviour otherwise.
template <typename T>
constexpr auto each(T* p, Count n, [[maybe_unused]] Site site = Site::current()) {
  detail::check_count<T>(n.value(), "for$each", site);
  return detail::EachCounted<detail::Counted<T>>{{p, 0}, {n.value()}};
}
/// The range that for$each loops over: the elements of `r`.
template <typename R>
constexpr auto each(R&& r, [[maybe_unused]] Site site = Site::current()) {
  detail::check_each<R>();
  if constexpr (detail::DenseHandle<R>) {
    const size_t count = r.size(site);
    using It = decltype(detail::counted(r, "for$each", site));
    return detail::EachCounted<It>{detail::counted(r, "for$each", site), {count}};
  } else if constexpr (kChecked && detail::Handle<R>) {
    using It = decltype(r.begin(site));
    using Step = detail::CheckedStep<It, std::remove_cvref_t<R>>;
    return detail::EachRange<Step, It>{{r.begin(site), r, r.end(site), "for$each", site},
                                       r.end(site)};
  } else if constexpr (detail::Handle<R>) {
    using It = decltype(r.begin(site));
    return detail::EachRange<It, It>{r.begin(site), r.end(site)};
  } else if constexpr (detail::kMustOwn<R>) {
    return detail::own<detail::EachOwned<std::remove_cvref_t<R>>>(static_cast<R&&>(r));
  } else if constexpr (std::ranges::range<R>) {
    return detail::EachRange<std::ranges::iterator_t<R>, std::ranges::sentinel_t<R>>{
        std::ranges::begin(r), std::ranges::end(r)};
  }
}
/// The first `n` elements of `r`. If it has fewer, ends the program under CEX_TEST, and is
/// undefined behaviour otherwise.
template <detail::ContiguousClass R>
constexpr auto each(R& r, Count n, [[maybe_unused]] Site site = Site::current()) {
  detail::check_first(r, n.value(), "for$each", site);
  using It = decltype(detail::counted(r, "for$each", site));
  return detail::EachCounted<It>{detail::counted(r, "for$each", site), {n.value()}};
}

/// The `n` elements at `p`, which may be null if `n` is 0. A negative `n` ends the program under
/// CEX_TEST, and is undefined behaviour otherwise.
template <typename T>
constexpr auto each_pointer(T* p, Count n, [[maybe_unused]] Site site = Site::current()) {
  detail::check_count<T>(n.value(), "for$eachp", site);
  return detail::EachCounted<detail::AddressOf<detail::Counted<T>>>{{{p, 0}}, {n.value()}};
}
/// The range that for$eachp loops over: a pointer to each element of `r`.
template <typename R>
constexpr auto each_pointer(R&& r, [[maybe_unused]] Site site = Site::current()) {
  detail::check_each<R>();
  if constexpr (detail::DenseHandle<R>) {
    const size_t count = r.size(site);
    using It = detail::AddressOf<decltype(detail::counted(r, "for$eachp", site))>;
    return detail::EachCounted<It>{{detail::counted(r, "for$eachp", site)}, {count}};
  } else if constexpr (kChecked && detail::Handle<R>) {
    using It = decltype(r.begin(site));
    using Step = detail::CheckedStep<It, std::remove_cvref_t<R>>;
    return detail::EachRange<detail::AddressOf<Step>, It>{
        {{r.begin(site), r, r.end(site), "for$eachp", site}}, r.end(site)};
  } else if constexpr (detail::Handle<R>) {
    using It = decltype(r.begin(site));
    return detail::EachRange<detail::AddressOf<It>, It>{{r.begin(site)}, r.end(site)};
  } else if constexpr (detail::kMustOwn<R>) {
    return detail::own<detail::EachOwnedAddress<std::remove_cvref_t<R>>>(static_cast<R&&>(r));
  } else if constexpr (std::ranges::range<R>) {
    using It = detail::AddressOf<std::ranges::iterator_t<R>>;
    return detail::EachRange<It, std::ranges::sentinel_t<R>>{{std::ranges::begin(r)},
                                                             std::ranges::end(r)};
  }
}
/// The first `n` elements of `r`. If it has fewer, ends the program under CEX_TEST, and is
/// undefined behaviour otherwise.
template <detail::ContiguousClass R>
constexpr auto each_pointer(R& r, Count n, [[maybe_unused]] Site site = Site::current()) {
  detail::check_first(r, n.value(), "for$eachp", site);
  using It = detail::AddressOf<decltype(detail::counted(r, "for$eachp", site))>;
  return detail::EachCounted<It>{{detail::counted(r, "for$eachp", site)}, {n.value()}};
}

}  // namespace cex

/// `for$each(it, a[, n]) …`: `it` is a copy of each element in turn. See cex::each().
#define for$each(it, ...) for (auto it : ::cex::each(__VA_ARGS__))

/// `for$eachp(it, a[, n]) …`: `it` is a pointer to each element in turn. See
/// cex::each_pointer().
#define for$eachp(it, ...) for (auto* it : ::cex::each_pointer(__VA_ARGS__))

#endif  // CEX_COLLECTIONS_FOR_EACH_H_
