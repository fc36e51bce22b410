// Key number `i`, an integer or a struct, for tests that fill maps.
#ifndef CEX_COLLECTIONS_TESTS_NTH_KEY_H_
#define CEX_COLLECTIONS_TESTS_NTH_KEY_H_

#include <stddef.h>
#include <stdint.h>

#include <type_traits>

namespace cex {

struct Pair {
  uint64_t x, y;
};
template <typename K>
K key(size_t i) {
  if constexpr (std::is_same_v<K, Pair>) {
    return {i, ~i};
  } else {
    return static_cast<K>(i * 0x9e3779b97f4a7c15);
  }
}

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_NTH_KEY_H_
