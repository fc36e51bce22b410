// Entry number `i` of a map, whether or not it has m[i].
#ifndef CEX_COLLECTIONS_TESTS_NTH_H_
#define CEX_COLLECTIONS_TESTS_NTH_H_

#include <stddef.h>

namespace cex {

template <typename Map>
auto& nth(const Map& m, size_t i) {
  auto it = m.begin();
  while (i-- != 0) ++it;
  return *it;
}

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_NTH_H_
