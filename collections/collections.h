/// @file
/// The collections: arr$ (cex/arr.h), hm$ (cex/hm.h), hf$ (cex/hf.h), for$each and for$eachp
/// (cex/for_each.h). A target that uses one of them may depend on that one alone.
#ifndef CEX_COLLECTIONS_COLLECTIONS_H_
#define CEX_COLLECTIONS_COLLECTIONS_H_

#include "cex/arr.h"       // IWYU pragma: export
#include "cex/for_each.h"  // IWYU pragma: export
#include "cex/hf.h"        // IWYU pragma: export
#include "cex/hm.h"        // IWYU pragma: export

#endif  // CEX_COLLECTIONS_COLLECTIONS_H_
