// Text by its address and length: what std::string_view is. <string_view> takes clang as long to
// read as all of this package, so that it is told by its shape, and included by those who use it.
#ifndef CEX_COLLECTIONS_INTERNAL_TEXT_H_
#define CEX_COLLECTIONS_INTERNAL_TEXT_H_

#include <stddef.h>
#include <string.h>

#include <concepts>
#include <type_traits>

namespace cex::detail {

class Text {
 public:
  constexpr Text(const char* data, size_t size) : data_(data), size_(size) {}

  constexpr const char* data() const { return data_; }
  constexpr size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }

  friend bool operator==(Text x, Text y) {
    return x.size_ == y.size_ && (x.size_ == 0 || memcmp(x.data_, y.data_, x.size_) == 0);
  }

 private:
  const char* data_;
  size_t size_;
};

// Text up to its NUL, of which an array may have none: as strnlen(), which C++ alone does not have.
inline size_t text_length(const char* array, size_t size) {
  const void* const end = size != 0 ? memchr(array, '\0', size) : nullptr;
  return end != nullptr ? static_cast<size_t>(static_cast<const char*>(end) - array) : size;
}
inline Text text_of_array(const char* array, size_t size) {
  return {array, text_length(array, size)};
}

// A std::string, a std::string_view and the like.
template <typename T>
concept HasText = requires(const T& text) {
  { text.data() } -> std::convertible_to<const char*>;
  { text.size() } -> std::convertible_to<size_t>;
};
// Or a char* or a char[N].
template <typename T>
concept TextLike = HasText<T> ||
    (std::is_pointer_v<std::decay_t<T>>&& std::is_convertible_v<std::decay_t<T>, const char*>);

template <TextLike T>
inline Text text_of(const T& from) {
  if constexpr (HasText<T>) {
    return {from.data(), static_cast<size_t>(from.size())};
  } else if constexpr (std::is_bounded_array_v<T>) {
    // A field that text fills has no NUL behind it.
    return text_of_array(from, sizeof(from));
  } else {
    const char* const text = from;
    return {text, strlen(text)};
  }
}

// A std::basic_string_view of any characters.
template <typename T>
concept AnyTextView = requires(T view) {
  typename T::traits_type;
  typename T::value_type;
  view.remove_prefix(size_t{1});
};
// A view or a std::basic_string whose traits say what is equal, as one that ignores case.
template <typename T>
concept HasOwnTraits = requires {
  typename T::traits_type;
  typename T::value_type;
}
&&!requires { typename std::enable_if_t<!T::traits_type::eq('a', 'A')>; };
// A std::string_view.
template <typename T>
concept TextView = AnyTextView<T> && HasText<T> && std::is_same_v<typename T::value_type, char> &&
    std::is_trivially_copyable_v<T> && std::is_constructible_v<T, const char*, size_t> &&
    !HasOwnTraits<T>;

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_TEXT_H_
