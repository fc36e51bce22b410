// How an insertion makes an entry, whose constructors may be the user's and throw, and stores its
// key.
#ifndef CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_
#define CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_

#include <string.h>

#include <new>
#include <type_traits>
#include <utility>

#include "cex/collections/internal/hm_key.h"

namespace cex::detail {

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

// An entry whose key has a default constructor is made empty, and then gets its key. Another one is
// made with its key.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
template <typename E>
concept MadeBlank = requires {
  E{};
};
template <typename E>
concept MadeOfKey = !MadeBlank<E> && requires(HmProbe<E> key) {
  E{.key = key};
};

// Whether that may throw. Gives advice where an entry has no form without a value, which hm$set and
// hm$setp make first.
template <typename E>
constexpr bool map_making_throws() {
  static_assert(
      MadeBlank<E> || MadeOfKey<E>,
      "cex: hm$set and hm$setp make an entry of its key alone, and this one can't be made "
      "so. Give the value a default constructor that is not explicit, or use hm$sets.");
  if constexpr (MadeBlank<E>) {
    return !noexcept(E{});
  } else if constexpr (MadeOfKey<E>) {
    return !noexcept(E{.key = static_cast<const E*>(nullptr)->key});
  }
  return false;
}

// Makes an entry whose fields are zero, but for its key and what constructors of the user's do.
template <typename E>
inline E* map_make_keyed(void* at, HmProbe<E> key) {
  if constexpr (MadeOfKey<E>) {
    return ::new (at) E{.key = key};
  } else {
    E* entry = nullptr;
    if constexpr (std::is_default_constructible_v<E>) {
      entry = ::new (at) E{};
    } else {
      entry = ::new (at) E(E{});  // g++ does not take `new E{}` where the key is declared const
    }
    map_store_key<E>(entry, key);
    return entry;
  }
}
#pragma GCC diagnostic pop

// A new entry that has only its key. Constructors that may throw are called by prepare(), before
// anything changes.
template <typename E, bool kMayThrow = map_making_throws<E>()>
struct MapBlank {
  void prepare(HmProbe<E>) {}
  E* put(void* at, HmProbe<E> key) { return map_make_keyed<E>(at, key); }
};
template <typename E>
struct MapBlank<E, true> {
  MapBlank() {}  // NOLINT(modernize-use-equals-default): a union's is deleted
  void prepare(HmProbe<E> key) {
    map_make_keyed<E>(static_cast<void*>(__builtin_addressof(made)), key);
  }
  E* put(void* at, HmProbe<E> key) {
    E* const entry = ::new (at) E(std::as_const(made));
    map_store_key<E>(entry, key);
    return entry;
  }
  union {
    E made;
  };
};
// Where the entry is put in one piece.
struct MapNoBlank {
  template <typename Probe>
  void prepare(const Probe&) {}
};

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_MAP_BLANK_H_
