/// @file
/// cex::HmHashState: hashes keys of your own types.
///
/// A type with an AbslHashValue and == works as a key of Abseil's containers, and of hm$ and hf$.
/// These don't link Abseil:
///
/// ```cpp
/// struct Place {
///   double x, y;
///   bool operator==(const Place&) const = default;
///   template <typename H>
///   friend H AbslHashValue(H h, const Place& p) {
///     return H::combine(std::move(h), p.x, p.y);
///   }
/// };
/// ```
///
/// Thread safety: that of any value.
#ifndef CEX_COLLECTIONS_HASH_STATE_H_
#define CEX_COLLECTIONS_HASH_STATE_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <concepts>
#include <type_traits>
#include <utility>

#include "cex/collections/internal/construct.h"
#include "cex/collections/internal/hm_hash.h"
#include "cex/collections/internal/text.h"

namespace cex {

class HmHashState;

namespace detail {

// Whether K offers AbslHashValue; found by argument-dependent lookup.
template <typename K, typename H>
concept HashesItself = requires(H h, const K& k) {
  { AbslHashValue(std::move(h), k) } -> std::same_as<H>;
};

// Recognized by their members, so that <tuple>, <optional> and <ranges> need not be included.
template <typename T>
concept TupleLike = requires {
  std::tuple_size<T>::value;
};
template <typename T>
concept OptionalLike = requires(const T& value) {
  { value.has_value() } -> std::same_as<bool>;
  *value;
};
template <typename T>
concept Iterable = std::is_bounded_array_v<T> || requires(const T& value) {
  value.begin() == value.end();
};

// A std::filesystem::path, of which each element is one that has itself for its only element: there
// would be no end.
template <typename T>
concept HoldsItself = requires(const T& value) {
  requires std::is_same_v<std::remove_cvref_t<decltype(*value.begin())>, T>;
};

}  // namespace detail

/// The type H that maps call AbslHashValue() with.
class HmHashState {
 public:
  /// An empty state with a map's seed.
  explicit HmHashState(detail::HmSeed seed) noexcept : seed_(seed), state_(seed.a) {}

  /// Adds the values in this order.
  template <typename... Ts>
  static HmHashState combine(HmHashState h, const Ts&... values) {
    (h.add(values), ...);
    return h;
  }

  /// Adds `count` elements, but not the count itself.
  template <typename T>
  static HmHashState combine_contiguous(HmHashState h, const T* first, size_t count) {
    if constexpr (std::is_integral_v<T> ||
                  (std::is_enum_v<T> && !detail::HashesItself<T, HmHashState>)) {
      h.add_word(
          detail::hm_hash_bytes(reinterpret_cast<const char*>(first), count * sizeof(T), h.seed_));
    } else {
      for (size_t i = 0; i < count; ++i) h.add(first[i]);
    }
    return h;
  }

  /// Adds the elements so that their order does not matter.
  template <typename It>
  static HmHashState combine_unordered(HmHashState h, It first, It last) {
    uint64_t sum = 0;
    uint64_t count = 0;
    for (; first != last; ++first, static_cast<void>(++count)) {
      sum += combine(HmHashState(h.seed_), *first).finish();
    }
    h.add_word(sum);
    h.add_word(count);
    return h;
  }

  /// The hash of all that was added.
  uint64_t finish() const { return detail::hm_finish(state_); }

 private:
  // As hm_hash_word().
  void add_word(uint64_t x) {
    state_ = detail::hm_fold(state_ ^ x, __builtin_bswap64(x) ^ seed_.b);
  }

  // In sanitizer builds g++ 12 warns that the value of an empty optional is read; it is not.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
  template <typename T>
  void add(const T& value) {
    // NOLINTNEXTLINE(bugprone-branch-clone): what comes between goes first
    if constexpr (std::is_integral_v<T> && sizeof(T) <= 8) {
      add_word(static_cast<uint64_t>(value));
    } else if constexpr (std::is_floating_point_v<T>) {
      add_float(static_cast<double>(value));
    } else if constexpr (detail::HashesItself<T, HmHashState>) {
      *this = AbslHashValue(*this, value);
    } else if constexpr (std::is_enum_v<T>) {
      add_word(static_cast<uint64_t>(value));
    } else if constexpr (detail::HasOwnTraits<T>) {
      static_assert(detail::kAlwaysFalse<T>,
                    "cex: AbslHashValue combines text whose traits say what is equal: combine what "
                    "they take for the same, such as its characters in lower case.");
    } else if constexpr (std::is_pointer_v<T> && detail::TextLike<T>) {
      add(value != nullptr ? detail::text_of(value) : detail::Text("", 0));
    } else if constexpr (detail::TextLike<T>) {
      const detail::Text text = detail::text_of(value);
      add_word(detail::hm_hash_bytes(text.data(), text.size(), seed_));
    } else if constexpr (std::is_pointer_v<T>) {
      add_word(reinterpret_cast<uintptr_t>(value));
    } else if constexpr (detail::TupleLike<T> && !detail::Iterable<T>) {
      add_parts(value, std::make_index_sequence<std::tuple_size<T>::value>());
    } else if constexpr (detail::OptionalLike<T>) {
      if (value) add(*value);
      add_word(value.has_value());
    } else if constexpr (detail::Iterable<T> && !detail::HoldsItself<T>) {
      uint64_t count = 0;
      for (const auto& element : value) {
        add(element);
        ++count;
      }
      add_word(count);
    } else if constexpr (std::has_unique_object_representations_v<T> && !std::is_class_v<T> &&
                         !std::is_union_v<T>) {
      add_word(detail::hm_hash_bytes(reinterpret_cast<const char*>(&value), sizeof(T), seed_));
    } else {
      static_assert(detail::kAlwaysFalse<T>,
                    "cex: AbslHashValue combines a value of a type that hm$ can't hash: give that "
                    "type an AbslHashValue of its own, or combine its parts.");
    }
  }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

  template <typename T, size_t... kParts>
  void add_parts(const T& value, std::index_sequence<kParts...>) {
    using std::get;
    (add(get<kParts>(value)), ...);
  }

  // Equal numbers hash equal: 0.0 and -0.0 have different bytes.
  void add_float(double x) {
    if (x == 0) x = 0;
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    add_word(bits);
  }

  detail::HmSeed seed_;
  uint64_t state_;
};

}  // namespace cex

#endif  // CEX_COLLECTIONS_HASH_STATE_H_
