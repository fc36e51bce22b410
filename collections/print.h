/// @file
/// Text of an arr$, hm$ or hf$ for logs and for the failure messages of tests.
///
/// ```cpp
/// arr$(int) primes = arr$new(primes, _);
/// arr$pushm(primes, 2, 3, 5);
/// hm$(const char*, int) ages = hm$new(ages, _);
/// hm$set(ages, "ann", 41);
/// assert(cex::to_string(primes) == "[2, 3, 5]");
/// assert(cex::to_string(ages) == "{\"ann\": 41}");
/// ```
///
/// Including this header makes Arr, HmOf and HfOf printable through AbslStringify (what
/// absl::StrCat, absl::StrFormat's %v and absl's LOG look for, in an Abseil from 2023 on),
/// PrintTo (GoogleTest), operator<< (any stream) and std::formatter (where the standard
/// library has it). It includes neither Abseil nor `<iostream>`, and nothing of it is linked
/// unless used.
///
/// Texts are quoted and escaped. A struct is printed by its own AbslStringify, or as its
/// size where it has none: `<12 bytes>`. At most 32 elements, 1000 bytes of a text and 8
/// levels of containers are printed, so that a log line stays one; `…` stands for the rest.
/// A null handle is printed as `null`.
///
/// Text is made in the C++ heap: out of memory is what it is for std::string. Under
/// CEX_TEST a handle whose memory is gone ends the program, as any other use of it would.
/// Thread safety: as for reading the container.
#ifndef CEX_COLLECTIONS_PRINT_H_
#define CEX_COLLECTIONS_PRINT_H_

#include <stddef.h>

#include <iosfwd>
#include <string>
#include <string_view>
#include <version>

#include "cex/arr.h"
#include "cex/collections/internal/print_value.h"
#include "cex/hf.h"
#include "cex/hm.h"
#include "cex/map.h"

#ifdef __cpp_lib_format
#include <format>
#endif

namespace cex {

/// `[1, 2, 3]`, or `"text"` of an arr$(char). `sink` is one of Abseil's or has a member
/// append() as std::string has it.
template <typename Sink, typename T>
void AbslStringify(Sink& sink, const Arr<T>& a) {
  detail::print_value(sink, a, 0);
}

/// `{1: 2, 3: 4}`; of the struct of a hm$s(S) its AbslStringify, or else key and value.
template <typename Sink, typename M, typename E, typename L>
void AbslStringify(Sink& sink, const MapOf<M, E, L>& m) {
  detail::print_value(sink, m, 0);
}

/// The text in a std::string.
template <typename T>
std::string to_string(const Arr<T>& a) {
  std::string text;
  detail::print_value(text, a, 0);
  return text;
}
/// As above.
template <typename M, typename E, typename L>
std::string to_string(const MapOf<M, E, L>& m) {
  std::string text;
  detail::print_value(text, m, 0);
  return text;
}

/// For any stream with write(); GoogleTest and absl's LOG have such ones.
template <typename Stream, typename T>
auto operator<<(Stream& out, const Arr<T>& a) -> decltype(detail::as_stream(out)) {
  const std::string text = to_string(a);
  return out.write(text.data(), static_cast<ptrdiff_t>(text.size()));
}
/// As above.
template <typename Stream, typename M, typename E, typename L>
auto operator<<(Stream& out, const MapOf<M, E, L>& m) -> decltype(detail::as_stream(out)) {
  const std::string text = to_string(m);
  return out.write(text.data(), static_cast<ptrdiff_t>(text.size()));
}

/// For GoogleTest, which would else print containers by its own rules.
template <typename T>
void PrintTo(const Arr<T>& a, std::ostream* out) {
  *out << a;
}
/// As above.
template <typename E>
void PrintTo(const HmOf<E>& m, std::ostream* out) {
  *out << m;
}
/// As above.
template <typename E>
void PrintTo(const HfOf<E>& m, std::ostream* out) {
  *out << m;
}

}  // namespace cex

#ifdef __cpp_lib_format
/// As a string: width, fill and precision apply to the whole text.
template <typename T>
struct std::formatter<cex::Arr<T>, char> : std::formatter<std::string_view, char> {
  template <typename Context>
  auto format(const cex::Arr<T>& a, Context& context) const {
    const std::string text = cex::to_string(a);
    return std::formatter<std::string_view, char>::format(text, context);
  }
};
/// As above.
template <typename E>
struct std::formatter<cex::HmOf<E>, char> : std::formatter<std::string_view, char> {
  template <typename Context>
  auto format(const cex::HmOf<E>& m, Context& context) const {
    const std::string text = cex::to_string(m);
    return std::formatter<std::string_view, char>::format(text, context);
  }
};
/// As above.
template <typename E>
struct std::formatter<cex::HfOf<E>, char> : std::formatter<std::string_view, char> {
  template <typename Context>
  auto format(const cex::HfOf<E>& m, Context& context) const {
    const std::string text = cex::to_string(m);
    return std::formatter<std::string_view, char>::format(text, context);
  }
};

#ifdef __cpp_lib_format_ranges
/// Both are ranges, which C++23 would format element by element: not these.
template <typename T>
inline constexpr std::range_format std::format_kind<cex::Arr<T>> = std::range_format::disabled;
template <typename E>
inline constexpr std::range_format std::format_kind<cex::HmOf<E>> = std::range_format::disabled;
template <typename E>
inline constexpr std::range_format std::format_kind<cex::HfOf<E>> = std::range_format::disabled;
#endif
#endif

#endif  // CEX_COLLECTIONS_PRINT_H_
