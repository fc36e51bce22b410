// The flat half of model_runs.cc.
#include <stddef.h>

#include "collections/tests/hm_model.h"

namespace cex {

void run_hf_model(size_t kind, ModelSource& source, const ModelSetup& setup,
                  const HmOptions* options) {
  with_model_key(kind, [&]<typename K>(const char*) {
    MapModel<HfOf, ModelRecord<K>>(source, setup, options).run();
  });
}

}  // namespace cex
