// How an insertion makes an entry whose type has constructors of the user's, which may throw.
#ifndef CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_
#define CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_

#include <new>
#include <type_traits>

namespace cex::detail {

// Gives advice where an entry has no form without a value, which hm$set and hm$setp make first.
template <typename E>
constexpr void map_check_blank() {
  static_assert(
      requires { E{}; },
      "cex: hm$set and hm$setp make an entry of its key alone, and this one can't be made "
      "so. Give the value a default constructor, or use hm$sets.");
}

// The same where hm$set can't assign the value.
template <typename E, typename V>
constexpr void map_check_value() {
  static_assert(
      requires(E e, const V& value) { e.value = value; },
      "cex: hm$set assigns the value, and this one can't be assigned. Use hm$setp or hm$sets.");
}

// Makes an entry whose fields are zero, but for what constructors of the user's do. In two ways,
// since g++ does not take `new E{}` where the key is declared const.
template <typename E>
inline E* map_zero_entry(void* at) {
  if constexpr (std::is_default_constructible_v<E>) {
    return ::new (at) E{};
  } else {
    return ::new (at) E(E{});
  }
}

// A new entry without a key: zero, but for what constructors of the user's do. One that may throw
// is called by prepare(), before anything changes.
template <typename E, bool kMayThrow = !noexcept(E{})>
struct MapBlank {
  void prepare() {}
  E* put(void* at) { return map_zero_entry<E>(at); }
};
template <typename E>
struct MapBlank<E, true> {
  MapBlank() {}  // NOLINT(modernize-use-equals-default): a union's is deleted
  void prepare() { map_zero_entry<E>(static_cast<void*>(__builtin_addressof(made))); }
  E* put(void* at) { return ::new (at) E(made); }
  union {
    E made;
  };
};
// Where the entry is put in one piece.
struct MapNoBlank {
  void prepare() {}
};

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_
