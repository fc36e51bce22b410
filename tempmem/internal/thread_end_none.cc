// Where there are no threads, and no end of the program either.
#include "cex/tempmem/internal/thread_end.h"

namespace cex::detail {

void at_thread_end() {}

}  // namespace cex::detail
