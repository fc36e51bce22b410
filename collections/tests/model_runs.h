// One run of a model each: in a kind of memory, with a kind of elements or keys.
#ifndef CEX_COLLECTIONS_TESTS_MODEL_RUNS_H_
#define CEX_COLLECTIONS_TESTS_MODEL_RUNS_H_

#include <stddef.h>
#include <stdint.h>

#include "collections/tests/arr_model.h"
#include "collections/tests/hm_model.h"
#include "collections/tests/model_check.h"
#include "collections/tests/model_memory.h"

namespace cex {

inline constexpr size_t kArrModelKinds = 3;
inline constexpr size_t kHmModelKinds = 2 * kModelKeyKinds;  // hm$(K, V) and hm$s(S)

template <typename T, typename Source>
void run_arr_model(const char* what, Source& source, const ModelSetup& setup) {
  model_run.what = what;
  ArrModel<T, Source>(source, setup).run();
}

template <typename Source>
void run_arr_model(size_t kind, Source& source, const ModelSetup& setup) {
  switch (kind) {
    case 0:
      return run_arr_model<uint8_t>("arr$ of bytes", source, setup);
    case 1:
      return run_arr_model<ModelPadded>("arr$ of structs", source, setup);
    default:
      return run_arr_model<ModelLine>("arr$ of elements aligned to 64", source, setup);
  }
}

// Without `options` each map has random ones.
template <typename Source>
void run_hm_model(size_t kind, Source& source, const ModelSetup& setup,
                  const HmOptions* options = nullptr) {
  with_model_key(kind % kModelKeyKinds, [&]<typename K>(const char* what) {
    model_run.what = what;
    if (kind < kModelKeyKinds) {
      HmModel<HmEntry<K, uint64_t>, Source>(source, setup, options).run();
    } else {
      HmModel<ModelRecord<K>, Source>(source, setup, options).run();
    }
  });
}

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_MODEL_RUNS_H_
