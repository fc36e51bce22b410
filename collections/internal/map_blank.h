// How an insertion makes an entry, whose constructors may be the user's and throw, and stores its
// key.
#ifndef CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_
#define CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_

#include <string.h>

#include <new>
#include <type_traits>

#include "cex/collections/internal/hm_key.h"

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

// Puts a key that was looked for into an entry.
template <typename E>
void map_store_key(E* entry, HmProbe<E> key) {
  using Key = HmKeyOf<E>;
  using K = std::remove_cv_t<decltype(E::key)>;
  // The key may be declared const.
  const void* const place = __builtin_addressof(entry->key);
  void* const to = const_cast<void*>(place);
  if constexpr (Key::kKind == HmKeyKind::kCharArray) {
    memset(to, 0, sizeof(K));
    if (!key.empty()) memcpy(to, key.data(), key.size());
  } else if constexpr (Key::kKind == HmKeyKind::kCString) {
    ::new (to) K(reinterpret_cast<K>(const_cast<char*>(key.data())));
  } else if constexpr (Key::kKind == HmKeyKind::kView) {
    ::new (to) K(key.data(), key.size());
  } else if constexpr (std::is_array_v<K>) {
    memcpy(to, key, sizeof(K));
  } else {
    ::new (to) K(key);
  }
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_
