// Making an element from the values of `arr$push(a, x, y)` and `hm$sets(m, k, v)`.
#ifndef CEX_COLLECTIONS_INTERNAL_CONSTRUCT_H_
#define CEX_COLLECTIONS_INTERNAL_CONSTRUCT_H_

#include <new>
#include <type_traits>

namespace cex::detail {

template <typename...>
inline constexpr bool kAlwaysFalse = false;

template <typename F, typename V>
concept FieldOf = std::is_convertible_v<V, F> && !std::is_array_v<F>;

// One value on its way into a field, converted as an assignment would. Without
// it T{x, y} would refuse `arr$push(points, 1, 2)` where the fields are floats:
// the constants are function arguments by then, and so count as narrowing.
template <typename V>
struct Field {
  V&& value;

  template <FieldOf<V> F>
  // NOLINTNEXTLINE(google-explicit-constructor): made for converting
  constexpr operator F() const {
    return static_cast<F>(static_cast<V&&>(value));
  }
};

// Fewer values than fields leave the rest zero, and the elements of an array field
// are given one by one, as in any aggregate; that is no reason to warn in here. Nor is a bit-field,
// which has the type of its values, but not their bits.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wmissing-braces"

// A T from its fields in order.
template <typename T, typename... Vs>
constexpr T construct(Vs&&... values) {
  if constexpr (requires { T{static_cast<Vs&&>(values)...}; }) {
    return T{static_cast<Vs&&>(values)...};
  } else if constexpr (!std::is_aggregate_v<T> && std::is_constructible_v<T, Vs...>) {
    return T(static_cast<Vs&&>(values)...);
  } else {
    static_assert(
        requires { T{Field<Vs>{static_cast<Vs&&>(values)}...}; },
        "cex: no element of this type can be made from these values. Give the fields in "
        "order, or a single value in braces: arr$push(a, {.x = 1, .y = 2}).");
    return T{Field<Vs>{static_cast<Vs&&>(values)}...};
  }
}

// The same where the first field is left zero, whatever its type.
template <typename T, typename... Vs>
constexpr T construct_behind_first(Vs&&... values) {
  return T{{}, Field<Vs>{static_cast<Vs&&>(values)}...};
}
#pragma GCC diagnostic pop

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_CONSTRUCT_H_
