/// @file
/// Prints arr$, hm$ and hf$ as text, for logs and for the failure messages of tests.
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
/// This header makes Arr, HmOf and HfOf printable through AbslStringify (for absl::StrCat,
/// absl::StrFormat's %v and absl's LOG, in an Abseil from 2023 on), PrintTo (GoogleTest),
/// operator<< (any stream) and std::formatter (if the standard library has it). It includes neither
/// Abseil nor `<iostream>`, and links nothing that is not used.
///
/// Texts are quoted and escaped. A struct is printed by its own AbslStringify, or by its size:
/// `<12 bytes>`. At most 32 elements, 1000 bytes of a text and 8 levels of containers are printed,
/// so that the output fits a log line; `…` stands for the rest. A null handle is printed as `null`.
///
/// The text is allocated from the C++ heap, as a std::string is. Under CEX_TEST a handle whose
/// memory was freed ends the program, as every use of it does. Thread safety: that of reading the
/// container.
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

/// `[1, 2, 3]`, or `"text"` for an arr$(char). `sink` is one of Abseil's, or has a member append()
/// as std::string has.
template <typename Sink, typename T>
void AbslStringify(Sink& sink, const Arr<T>& a) {
  detail::print_value(sink, a, 0);
}

/// `{1: 2, 3: 4}`; the struct of a hm$s(S) by its AbslStringify if it has one, otherwise key and
/// value.
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

/// For any stream with write(), such as those of GoogleTest and absl's LOG. A stream's width and
/// fill apply to the whole text.
template <typename Stream, typename T>
auto operator<<(Stream& out, const Arr<T>& a) -> decltype(detail::as_stream(out)) {
  return detail::write_text(out, to_string(a));
}
/// As above.
template <typename Stream, typename M, typename E, typename L>
auto operator<<(Stream& out, const MapOf<M, E, L>& m) -> decltype(detail::as_stream(out)) {
  return detail::write_text(out, to_string(m));
}

/// For GoogleTest, which would otherwise print containers by its own rules.
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
