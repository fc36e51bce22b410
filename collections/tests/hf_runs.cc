// The flat half of model_runs.cc.
#include <stddef.h>

#include "collections/tests/hm_model.h"

namespace cex {

template <typename K>
void run_hf_model(ModelSource& source, const ModelSetup& setup, const HmOptions* options) {
  MapModel<HfOf, ModelRecord<K>>(source, setup, options).run();
}

// For each kind of key.
[[maybe_unused]] static void instantiate(ModelSource& source, const ModelSetup& setup) {
  for (size_t kind = 0; kind < kModelKeyKinds; ++kind) {
    with_model_key(kind, [&]<typename K>(const char*) { run_hf_model<K>(source, setup, nullptr); });
  }
}

}  // namespace cex
