// hm$ as hf$, for tests that are compiled a second time with this file in front.
#ifndef CEX_COLLECTIONS_TESTS_AS_FLAT_H_
#define CEX_COLLECTIONS_TESTS_AS_FLAT_H_

#include "cex/hf.h"
#include "cex/hm.h"
#include "collections/tests/hf_inspect.h"

#define CEX_TEST_FLAT 1

#undef hm$
#define hm$(...) hf$(__VA_ARGS__)
#undef hm$new
#define hm$new(...) hf$new(__VA_ARGS__)
#undef hm$try_new
#define hm$try_new(...) hf$try_new(__VA_ARGS__)
#undef hm$free
#define hm$free(...) hf$free(__VA_ARGS__)
#undef hm$clear
#define hm$clear(...) hf$clear(__VA_ARGS__)
#undef hm$reserve
#define hm$reserve(...) hf$reserve(__VA_ARGS__)
#undef hm$try_reserve
#define hm$try_reserve(...) hf$try_reserve(__VA_ARGS__)
#undef hm$shrink
#define hm$shrink(...) hf$shrink(__VA_ARGS__)
#undef hm$len
#define hm$len(...) hf$len(__VA_ARGS__)
#undef hm$set
#define hm$set(...) hf$set(__VA_ARGS__)
#undef hm$try_set
#define hm$try_set(...) hf$try_set(__VA_ARGS__)
#undef hm$setp
#define hm$setp(...) hf$setp(__VA_ARGS__)
#undef hm$try_setp
#define hm$try_setp(...) hf$try_setp(__VA_ARGS__)
#undef hm$sets
#define hm$sets(...) hf$sets(__VA_ARGS__)
#undef hm$try_sets
#define hm$try_sets(...) hf$try_sets(__VA_ARGS__)
#undef hm$get
#define hm$get(...) hf$get(__VA_ARGS__)
#undef hm$getp
#define hm$getp(...) hf$getp(__VA_ARGS__)
#undef hm$gets
#define hm$gets(...) hf$gets(__VA_ARGS__)
#undef hm$getp_many
#define hm$getp_many(...) hf$getp_many(__VA_ARGS__)
#undef hm$del
#define hm$del(...) hf$del(__VA_ARGS__)
#undef hm$erase_if
#define hm$erase_if(...) hf$erase_if(__VA_ARGS__)
#undef hm$s
#define hm$s(...) hf$s(__VA_ARGS__)

#endif  // CEX_COLLECTIONS_TESTS_AS_FLAT_H_
