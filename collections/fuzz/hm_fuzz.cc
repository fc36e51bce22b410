// hm$ against std::unordered_map, the operations decoded from a file's bytes.
#include <stddef.h>
#include <stdint.h>

#include "collections/tests/model_runs.h"
#include "collections/tests/model_source.h"

// The first bytes choose the keys, the memory, and whether it runs out.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  cex::ByteSource source(data, size);
  const size_t kind = source.below(cex::kHmModelKinds);
  const cex::ModelMemory memory = cex::kModelMemories[source.below(cex::kModelMemoryCount)];
  const bool sabotage = source.below(2) == 1;
  cex::with_model_memory(memory, [&](IAllocator allocator, cex::TestAllocator* own) {
    cex::run_hm_model(kind, source,
                      cex::ModelSetup{allocator, own, memory == cex::ModelMemory::kFixed,
                                      sabotage && own != nullptr});
  });
  return 0;
}
