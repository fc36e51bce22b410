// One run of a model each: in a kind of memory, with a kind of elements or keys.
#ifndef CEX_COLLECTIONS_TESTS_MODEL_RUNS_H_
#define CEX_COLLECTIONS_TESTS_MODEL_RUNS_H_

#include <stddef.h>

#include "cex/hm.h"
#include "collections/tests/model_check.h"
#include "collections/tests/model_memory.h"
#include "collections/tests/model_source.h"

namespace cex {

inline constexpr size_t kArrModelKinds = 3;  // of elements
// Of keys, 13 each in hm$(K, V), hm$s(S) and hf$s(S).
inline constexpr size_t kHmModelKinds = 39;

// Makes a container, takes as many steps as the source has, and frees it.
void run_arr_model(size_t kind, ModelSource& source, const ModelSetup& setup);

// Without `options` each map has random ones.
void run_hm_model(size_t kind, ModelSource& source, const ModelSetup& setup,
                  const HmOptions* options = nullptr);

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_MODEL_RUNS_H_
