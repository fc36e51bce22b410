/// @file
/// Index and Count: integers as arguments, for a[i] and for numbers of elements.
///
/// In CEX_TEST builds an Index also holds the line that it was written on. In C++20 operator[] has
/// exactly one parameter, so the caller's line can't be a defaulted second one. It is a defaulted
/// parameter of the conversion from the integer, which happens on the caller's line.
#ifndef CEX_COLLECTIONS_INDEX_H_
#define CEX_COLLECTIONS_INDEX_H_

#include <stddef.h>
#include <stdint.h>

#include <type_traits>

#include "cex/build_mode.h"
#include "cex/site.h"

namespace cex {

namespace detail {
template <typename Int>
concept IntegerLike = std::is_integral_v<Int> || std::is_enum_v<Int>;

// `i` as a size_t; SIZE_MAX if it does not fit.
template <IntegerLike Int>
constexpr size_t to_size(Int i) {
  const auto size = static_cast<size_t>(i);
  if constexpr (sizeof(Int) > sizeof(size_t)) {
    if (static_cast<Int>(size) != i) return SIZE_MAX;
  }
  return size;
}
}  // namespace detail

/// The index of an element, from any integer or enum.
class Index {
 public:
  /// A negative number becomes a huge one, so that one comparison checks both bounds.
  template <detail::IntegerLike Int>
  // NOLINTNEXTLINE(google-explicit-constructor): made for converting
  constexpr Index(Int i, [[maybe_unused]] Site site = Site::current())
      : value_(detail::to_size(i)) {
#ifdef CEX_TEST
    site_ = site;
#endif
  }

  /// The index.
  constexpr size_t value() const { return value_; }

  /// The caller's line; empty in release builds.
  constexpr Site site() const {
#ifdef CEX_TEST
    return site_;
#else
    return Site{};
#endif
  }

 private:
  size_t value_;
#ifdef CEX_TEST
  Site site_;
#endif
};

/// A number of elements, from any integer type: in a designated initializer (`.capacity = n` with
/// an int n) a size_t would be a narrowing error. A negative number becomes a huge one, for which
/// every allocator is out of memory.
class Count {
 public:
  /// From any integer or enum.
  template <detail::IntegerLike Int>
  // NOLINTNEXTLINE(google-explicit-constructor): made for converting
  constexpr Count(Int i) : value_(detail::to_size(i)) {}

  /// The number.
  constexpr size_t value() const { return value_; }

 private:
  size_t value_;
};

}  // namespace cex

#endif  // CEX_COLLECTIONS_INDEX_H_
