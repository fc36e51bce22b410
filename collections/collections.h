/// @file
/// All collections: arr$ (cex/arr.h), hm$ (cex/hm.h), hf$ (cex/hf.h), for$each and for$eachp
/// (cex/for_each.h). Including one of these, and depending on one target, compiles less.
///
/// ```cpp
/// arr$(int) numbers = arr$new(numbers, mem$);
/// arr$pushm(numbers, 3, 1, 2);
/// for$each (n, numbers) printf("%d\n", n);
/// arr$free(numbers);
/// ```
#ifndef CEX_COLLECTIONS_COLLECTIONS_H_
#define CEX_COLLECTIONS_COLLECTIONS_H_

#include "cex/arr.h"       // IWYU pragma: export
#include "cex/for_each.h"  // IWYU pragma: export
#include "cex/hf.h"        // IWYU pragma: export
#include "cex/hm.h"        // IWYU pragma: export

#endif  // CEX_COLLECTIONS_COLLECTIONS_H_
