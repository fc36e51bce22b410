#include "collections/tests/model_memory.h"

#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/pmr.h"
#include "cex/tempmem.h"
#include "collections/tests/model_check.h"

namespace cex {
namespace {

#ifdef CEX_DETAIL_HAS_PMR
// The heap, counted.
class CountedResource final : public std::pmr::memory_resource {
 public:
  ~CountedResource() override { MODEL_CHECK(live_bytes_ == 0); }

 private:
  void* do_allocate(size_t bytes, size_t align) override {
    live_bytes_ += bytes;
    return ::operator new (bytes, std::align_val_t{align});
  }
  void do_deallocate(void* p, size_t bytes, size_t align) override {
    live_bytes_ -= bytes;
    std::pmr::new_delete_resource()->deallocate(p, bytes, align);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  size_t live_bytes_ = 0;
};
#endif

}  // namespace

void with_model_memory(ModelMemory kind, void (*use)(void*, IAllocator, TestAllocator*),
                       void* context) {
  switch (kind) {
    case ModelMemory::kOwn: {
      model_run.memory = "the test's own allocator";
      TestAllocator own;
      use(context, own, &own);
      break;
    }
    case ModelMemory::kHeap:
      model_run.memory = "mem$";
      use(context, mem$, nullptr);
      break;
    case ModelMemory::kArena:
      model_run.memory = "an arena";
      mem$arena(4096, arena) use(context, arena, nullptr);
      break;
    case ModelMemory::kTemp:
      model_run.memory = "tmem$";
      mem$scope(tmem$, _) use(context, _, nullptr);
      break;
    case ModelMemory::kFixed: {
      model_run.memory = "a fixed buffer";
      alignas(64) static char buffer[64 << 10];
      const IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
      use(context, fixed, nullptr);
      AllocatorFixed.destroy(fixed);
      break;
    }
    case ModelMemory::kPmr: {
      model_run.memory = "a memory_resource, or what is in its place without one";
#ifdef CEX_DETAIL_HAS_PMR
      CountedResource resource;
      const PmrAllocator pmr(&resource);
      use(context, pmr.allocator(), nullptr);
#else
      use(context, mem$, nullptr);
#endif
      break;
    }
  }
}

}  // namespace cex
