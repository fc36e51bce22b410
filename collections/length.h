/// @file
/// arr_len: the number of elements of an array, a map or any other range.
///
/// ```cpp
/// int numbers[] = {1, 2, 3};
/// assert(cex::arr_len(numbers) == 3);
/// ```
#ifndef CEX_COLLECTIONS_LENGTH_H_
#define CEX_COLLECTIONS_LENGTH_H_

#include <stddef.h>

#include <span>  // for std::ranges::size and the concepts, at a third of the cost of <ranges>
#include <type_traits>

#include "cex/collections/internal/construct.h"
#include "cex/site.h"

namespace cex {

/// The number of elements of an arr$, a map, a C array or any other range; 0 for a null handle. A
/// string literal includes its NUL. Takes constant time, except for forward ranges without a size.
/// A plain pointer does not compile.
template <typename R>
constexpr size_t arr_len(R&& r, [[maybe_unused]] Site site = Site::current()) {
  using Plain = std::remove_cvref_t<R>;
  if constexpr (std::is_null_pointer_v<Plain>) {
    return 0;
  } else if constexpr (std::is_bounded_array_v<Plain>) {
    return std::extent_v<Plain>;
  } else if constexpr (requires { r.size(site); }) {
    return r.size(site);  // a handle, which checks itself
  } else if constexpr (std::ranges::sized_range<R>) {
    return static_cast<size_t>(std::ranges::size(r));
  } else if constexpr (std::ranges::forward_range<R>) {
    size_t count = 0;
    for (auto it = std::ranges::begin(r); it != std::ranges::end(r); ++it) ++count;
    return count;
  } else if constexpr (std::is_pointer_v<Plain>) {
    static_assert(detail::kAlwaysFalse<R>,
                  "cex: arr$len of a plain pointer: it does not know how many elements it points "
                  "to. Pass the arr$ handle itself (as arr$(T)&), a C array or a range.");
  } else {
    static_assert(detail::kAlwaysFalse<R>, "cex: arr$len of something that is no range.");
  }
}

}  // namespace cex

#endif  // CEX_COLLECTIONS_LENGTH_H_
