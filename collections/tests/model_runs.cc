#include "collections/tests/model_runs.h"

#include <stdint.h>

#include "collections/tests/arr_model.h"
#include "collections/tests/hm_model.h"

namespace cex {

// In hf_runs.cc: compiling both kinds of map takes long.
void run_hf_model(size_t kind, ModelSource& source, const ModelSetup& setup,
                  const HmOptions* options);

namespace {

template <typename T>
void run_arr(const char* what, ModelSource& source, const ModelSetup& setup) {
  model_run.what = what;
  ArrModel<T>(source, setup).run();
}

}  // namespace

void run_arr_model(size_t kind, ModelSource& source, const ModelSetup& setup) {
  static_assert(kArrModelKinds == 3);
  switch (kind) {
    case 0:
      return run_arr<uint8_t>("arr$ of bytes", source, setup);
    case 1:
      return run_arr<ModelPadded>("arr$ of structs", source, setup);
    default:
      return run_arr<ModelLine>("arr$ of elements aligned to 64", source, setup);
  }
}

void run_hm_model(size_t kind, ModelSource& source, const ModelSetup& setup,
                  const HmOptions* options) {
  static_assert(kHmModelKinds == 3 * kModelKeyKinds);
  with_model_key(kind % kModelKeyKinds, [&]<typename K>(const char* what) {
    model_run.what = what;
    if (kind < kModelKeyKinds) {
      MapModel<HmOf, HmEntry<K, uint64_t>>(source, setup, options).run();
    } else if (kind < 2 * kModelKeyKinds) {
      MapModel<HmOf, ModelRecord<K>>(source, setup, options).run();
    } else {
      run_hf_model(kind % kModelKeyKinds, source, setup, options);
    }
  });
}

}  // namespace cex
