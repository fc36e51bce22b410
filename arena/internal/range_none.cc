// Where no system reserves addresses: arenas with ArenaOptions.reserve are refused.
#include "cex/arena/internal/range.h"

namespace cex::detail {

bool range_create(ArenaCore*, size_t) { return false; }

void range_destroy(ArenaCore*) {}

}  // namespace cex::detail
