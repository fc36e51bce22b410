#include "collections/tests/model_runs.h"

#include <stdint.h>

#include "collections/tests/arr_model.h"
#include "collections/tests/hm_model.h"

namespace cex {
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

void run_hm_model(size_t number, ModelSource& source, const ModelSetup& setup,
                  const HmOptions* options) {
  static_assert(kHmModelKinds == 4 * kModelKeyKinds);
  const bool is_flat = number >= 2 * kModelKeyKinds;
  const size_t kind = number % (2 * kModelKeyKinds);
  with_model_key(kind % kModelKeyKinds, [&]<typename K>(const char* what) {
    model_run.what = what;
    const auto run = [&]<typename E>(const E*) {
      if (is_flat) {
        MapModel<HfOf, E>(source, setup, options).run();
      } else {
        MapModel<HmOf, E>(source, setup, options).run();
      }
    };
    if (kind < kModelKeyKinds) {
      run(static_cast<const HmEntry<K, uint64_t>*>(nullptr));
    } else {
      run(static_cast<const ModelRecord<K>*>(nullptr));
    }
  });
}

}  // namespace cex
