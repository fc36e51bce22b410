#ifndef CEX_COLLECTIONS_INTERNAL_ON_FAILURE_H_
#define CEX_COLLECTIONS_INTERNAL_ON_FAILURE_H_

namespace cex::detail {

// What a call that can't get memory does: the plain forms end the program, the `try`
// forms come back.
enum class OnFailure { kDie, kReturnNull };

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_ON_FAILURE_H_
