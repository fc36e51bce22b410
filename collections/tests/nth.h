// Entry number `i` of a map, whether or not it has m[i].
#ifndef CEX_COLLECTIONS_TESTS_NTH_H_
#define CEX_COLLECTIONS_TESTS_NTH_H_

#include <stddef.h>

#include "cex/index.h"

namespace cex {

template <typename Map>
auto& nth(const Map& m, Count position) {
  auto it = m.begin();
  for (size_t i = 0; i < position.value(); ++i) ++it;
  return *it;
}

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_NTH_H_
