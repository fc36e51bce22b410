// How cex/print.h turns values into text. Users include cex/print.h.
#ifndef CEX_COLLECTIONS_INTERNAL_PRINT_VALUE_H_
#define CEX_COLLECTIONS_INTERNAL_PRINT_VALUE_H_

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

#include "cex/arr.h"
#include "cex/collections/internal/hm_key.h"
#include "cex/collections/internal/text.h"
#include "cex/map.h"

namespace cex::detail {

// Of one container; what GoogleTest prints of its own at most.
inline constexpr size_t kPrintMaxElements = 32;
// Of one text; a pointer that is not to a text at all ends in reading no more.
inline constexpr size_t kPrintMaxText = 1000;
// Of containers in containers, each of which may hold 32.
inline constexpr int kPrintMaxDepth = 8;

template <typename Sink>
void print_text(Sink& sink, std::string_view text) {
  if constexpr (requires { sink.Append(text); }) {
    sink.Append(text);  // as Abseil's sinks have it
  } else if constexpr (requires { sink.append(text); }) {
    sink.append(text);
  } else {
    sink.append(text.data(), text.size());
  }
}

// What << takes: a stream, whose write() returns it.
template <typename Stream>
requires requires(Stream& out, const char* p, ptrdiff_t n) {
  out.flush();
  out.write(p, n);
}
decltype(auto) as_stream(Stream& out) { return out.write(nullptr, 0); }

// write() would leave the width of a std::ostream to what is printed next.
template <typename Stream>
decltype(auto) write_text(Stream& out, std::string_view text) {
  if constexpr (requires { out.width(), out << text; }) {
    return out << text;
  } else {
    return out.write(text.data(), static_cast<ptrdiff_t>(text.size()));
  }
}

// Another container's or struct's AbslStringify gets this as its sink.
template <typename Sink>
struct PrintSink {
  Sink& to;
  void Append(std::string_view text) {  // NOLINT(readability-identifier-naming): Abseil's name
    print_text(to, text);
  }
  void Append(size_t count, char c) {  // NOLINT(readability-identifier-naming): Abseil's name
    for (size_t i = 0; i < count; ++i) print_text(to, std::string_view(&c, 1));
  }
  friend void AbslFormatFlush(PrintSink* sink, std::string_view text) { sink->Append(text); }
};

// A sink that stands for all, to ask whether a type has an AbslStringify.
struct AnySink {
  void Append(std::string_view) {}  // NOLINT(readability-identifier-naming): Abseil's name
  void Append(size_t, char) {}      // NOLINT(readability-identifier-naming): Abseil's name
};

template <typename T>
concept HasStringify = requires(PrintSink<AnySink>& sink, const T& value) {
  AbslStringify(sink, value);
};

template <typename Sink>
void print_escaped(Sink& sink, std::string_view text, char quote) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    char buffer[8];
    switch (c) {
      case '\n':
        print_text(sink, "\\n");
        continue;
      case '\t':
        print_text(sink, "\\t");
        continue;
      case '\r':
        print_text(sink, "\\r");
        continue;
      case '\\':
        print_text(sink, "\\\\");
        continue;
      default:
        break;
    }
    if (c == quote) {
      buffer[0] = '\\';
      buffer[1] = c;
      print_text(sink, std::string_view(buffer, 2));
    } else if (byte < 0x20 || byte == 0x7f) {
      const int n = snprintf(buffer, sizeof(buffer), "\\x%02x", static_cast<unsigned>(byte));
      print_text(sink, std::string_view(buffer, static_cast<size_t>(n)));
    } else {
      print_text(sink, std::string_view(&c, 1));  // UTF-8 stays as it is
    }
  }
}

template <typename Sink>
void print_quoted(Sink& sink, std::string_view text) {
  const bool is_cut = text.size() > kPrintMaxText;
  if (is_cut) {
    size_t end = kPrintMaxText;
    // Not in the middle of a character.
    while (end > kPrintMaxText - 4 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text = text.substr(0, end);
  }
  print_text(sink, "\"");
  print_escaped(sink, text, '"');
  print_text(sink, is_cut ? "\"…" : "\"");
}

template <typename Sink, typename T>
void print_number(Sink& sink, T value) {
  char buffer[64];
  const std::to_chars_result end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  print_text(sink, std::string_view(buffer, static_cast<size_t>(end.ptr - buffer)));
}

template <typename Sink>
void print_address(Sink& sink, const volatile void* p) {
  char buffer[32];
  const int n = snprintf(buffer, sizeof(buffer), "%#zx", reinterpret_cast<size_t>(p));
  print_text(sink, std::string_view(buffer, static_cast<size_t>(n)));
}

template <typename Sink, typename T>
void print_value(Sink& sink, const Arr<T>& a, int depth);
template <typename Sink, typename M, typename E, typename L>
void print_map(Sink& sink, const MapOf<M, E, L>& m, int depth);

template <typename Sink>
inline constexpr bool kIsPrintSink = false;
template <typename Sink>
inline constexpr bool kIsPrintSink<PrintSink<Sink>> = true;

// One element, key or value.
template <typename Sink, typename T>
void print_value(Sink& sink, const T& value, int depth) {
  if constexpr (AnyMap<T>) {
    print_map(sink, value, depth);
  } else if constexpr (std::is_same_v<T, bool>) {
    print_text(sink, value ? "true" : "false");
  } else if constexpr (std::is_same_v<T, char>) {
    print_text(sink, "'");
    print_escaped(sink, std::string_view(&value, 1), '\'');
    print_text(sink, "'");
  } else if constexpr (std::is_same_v<T, signed char> || std::is_same_v<T, unsigned char>) {
    print_number(sink, static_cast<int>(value));  // int8_t and uint8_t
  } else if constexpr (std::is_integral_v<T> && sizeof(T) <= 8) {
    // Wide characters, too, of which to_chars takes none.
    if constexpr (std::is_signed_v<T>) {
      print_number(sink, static_cast<int64_t>(value));
    } else {
      print_number(sink, static_cast<uint64_t>(value));
    }
  } else if constexpr (std::is_floating_point_v<T> &&
                       requires(char* text) { std::to_chars(text, text, value); }) {
    print_number(sink, value);  // not __float128, of which to_chars may take none
  } else if constexpr (std::is_null_pointer_v<T>) {
    print_text(sink, "null");
  } else if constexpr (std::is_same_v<T, const char*> || std::is_same_v<T, char*>) {
    if (value == nullptr) {
      print_text(sink, "null");
    } else {
      size_t length = 0;
      while (length <= kPrintMaxText && value[length] != '\0') ++length;
      print_quoted(sink, std::string_view(value, length));
    }
  } else if constexpr (std::is_array_v<T> &&
                       std::is_same_v<std::remove_cv_t<std::remove_extent_t<T>>, char>) {
    print_quoted(sink, std::string_view(value, text_length(value, sizeof(value))));
  } else if constexpr (HasStringify<T> && kIsPrintSink<Sink>) {
    AbslStringify(sink, value);  // of a struct that holds more of its kind, without end
  } else if constexpr (HasStringify<T>) {
    PrintSink<Sink> its_own{sink};
    AbslStringify(its_own, value);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    print_quoted(sink, value);
  } else if constexpr (std::is_enum_v<T>) {
    print_value(sink, static_cast<std::underlying_type_t<T>>(value), depth);
  } else if constexpr (std::is_pointer_v<T>) {
    if (value == nullptr) {
      print_text(sink, "null");
    } else if constexpr (std::is_function_v<std::remove_pointer_t<T>>) {
      print_text(sink, "<function>");
    } else {
      print_address(sink, value);
    }
  } else if constexpr (std::is_array_v<T>) {
    print_text(sink, "[");
    size_t count = 0;
    for (const auto& element : value) {
      if (count != 0) print_text(sink, ", ");
      if (count++ == kPrintMaxElements) {
        print_text(sink, "…");
        break;
      }
      print_value(sink, element, depth + 1);
    }
    print_text(sink, "]");
  } else {
    print_text(sink, "<");
    print_number(sink, sizeof(T));
    print_text(sink, sizeof(T) == 1 ? " byte>" : " bytes>");
  }
}

// An HmEntry, or a struct of the user's: its key, and its value if it has one.
template <typename Sink, typename E>
void print_entry(Sink& sink, const E& entry, int depth) {
  if constexpr (HasStringify<E>) {
    print_value(sink, entry, depth);
  } else {
    if constexpr (HmKeyOf<E>::kKind == HmKeyKind::kCString) {
      // To the map it is text, whatever characters it points to.
      print_value(sink, reinterpret_cast<const char*>(entry.key), depth);
    } else {
      print_value(sink, entry.key, depth);
    }
    if constexpr (requires { entry.value; }) {
      print_text(sink, ": ");
      print_value(sink, entry.value, depth);
    }
  }
}

template <typename Sink, typename Container, typename PrintOne>
void print_all(Sink& sink, const Container& all, int depth, std::string_view open,
               std::string_view close, PrintOne print_one) {
  if (!all) {
    print_text(sink, "null");
    return;
  }
  print_text(sink, open);
  const size_t length = all.size(Site{});  // the caller's line is not known
  if (depth >= kPrintMaxDepth && length != 0) {
    print_text(sink, "…");
    print_text(sink, close);
    return;
  }
  size_t count = 0;
  for (const auto& one : all) {
    if (count != 0) print_text(sink, ", ");
    if (count == kPrintMaxElements) {
      print_text(sink, "…");
      break;
    }
    print_one(one);
    ++count;
  }
  print_text(sink, close);
}

template <typename Sink, typename T>
void print_value(Sink& sink, const Arr<T>& a, int depth) {
  if constexpr (std::is_same_v<T, char>) {
    // A text, with or without a NUL among its bytes.
    if (!a) {
      print_text(sink, "null");
    } else {
      print_quoted(sink, std::string_view(a.data(Site{}), a.size(Site{})));
    }
  } else {
    print_all(sink, a, depth, "[", "]",
              [&](const T& element) { print_value(sink, element, depth + 1); });
  }
}

template <typename Sink, typename M, typename E, typename L>
void print_map(Sink& sink, const MapOf<M, E, L>& m, int depth) {
  print_all(sink, static_cast<const M&>(m), depth, "{", "}",
            [&](const E& entry) { print_entry(sink, entry, depth + 1); });
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_PRINT_VALUE_H_
