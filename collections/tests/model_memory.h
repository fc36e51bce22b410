// The kinds of memory that the models run in.
#ifndef CEX_COLLECTIONS_TESTS_MODEL_MEMORY_H_
#define CEX_COLLECTIONS_TESTS_MODEL_MEMORY_H_

#include <stddef.h>

#include "cex/allocator.h"
#include "collections/tests/test_allocator.h"

namespace cex {

enum class ModelMemory { kOwn, kHeap, kArena, kTemp, kFixed, kPmr };
inline constexpr ModelMemory kModelMemories[] = {ModelMemory::kOwn,   ModelMemory::kHeap,
                                                 ModelMemory::kArena, ModelMemory::kTemp,
                                                 ModelMemory::kFixed, ModelMemory::kPmr};
inline constexpr size_t kModelMemoryCount = 6;

// Has `use(context, allocator, own)` called with an allocator of that kind, made for
// the call; nothing may be left in it. `own` is null but for kOwn. kFixed is a buffer
// of 64 KiB, which may be used up; the others fail only where `own` is told to.
void with_model_memory(ModelMemory kind,
                       void (*use)(void* context, IAllocator allocator, TestAllocator* own),
                       void* context);

template <typename Use>
void with_model_memory(ModelMemory kind, Use use) {
  with_model_memory(
      kind,
      [](void* context, IAllocator allocator, TestAllocator* own) {
        (*static_cast<Use*>(context))(allocator, own);
      },
      &use);
}

// What a model works with.
struct ModelSetup {
  IAllocator allocator;
  TestAllocator* own = nullptr;  // the same, where it is one of these
  bool may_fail = false;         // whether there may be no memory
  bool sabotage = false;         // whether the model tells `own` to fail now and then
};

}  // namespace cex

#endif  // CEX_COLLECTIONS_TESTS_MODEL_MEMORY_H_
