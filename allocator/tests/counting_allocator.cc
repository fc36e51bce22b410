#include "allocator/tests/counting_allocator.h"

#include <gtest/gtest.h>

namespace cex::testing {
namespace {

constexpr uint32_t kCountingMagic = 0xc0c0c0c0;

IAllocator no_scopes(IAllocator) { return nullptr; }
void no_scope_to_exit(IAllocator) {}
uint32_t no_depth(IAllocator) { return 0; }

}  // namespace

CountingAllocator::CountingAllocator(IAllocator below)
    : state_{{do_malloc,
              do_calloc,
              do_realloc,
              do_free,
              no_scopes,
              no_scope_to_exit,
              no_depth,
              {kCountingMagic, false, false}},
             this},
      below_(below) {}

CountingAllocator* CountingAllocator::owner_of(IAllocator self) {
  return reinterpret_cast<const State*>(self)->owner;
}

bool CountingAllocator::next_fails() {
  const size_t number = requests++;
  return fail_first_ != kNever && number >= fail_first_ && number - fail_first_ < fail_count_;
}

void CountingAllocator::add(void* p, size_t size) {
  if (p == nullptr) return;
  sizes_[p] = size;
  live_bytes += size;
  if (live_bytes > peak_bytes) peak_bytes = live_bytes;
  if (size > largest) largest = size;
}

void CountingAllocator::remove(void* p) {
  const auto it = sizes_.find(p);
  ASSERT_NE(it, sizes_.end()) << "a block is freed that was never allocated";
  live_bytes -= it->second;
  sizes_.erase(it);
}

void* CountingAllocator::do_malloc(IAllocator self, size_t size, size_t align) {
  CountingAllocator* const owner = owner_of(self);
  if (owner->next_fails()) return nullptr;
  void* const p = owner->below_->malloc(owner->below_, size, align);
  owner->add(p, size);
  return p;
}

void* CountingAllocator::do_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  CountingAllocator* const owner = owner_of(self);
  if (owner->next_fails()) return nullptr;
  void* const p = owner->below_->calloc(owner->below_, count, size, align);
  owner->add(p, count * size);
  return p;
}

void* CountingAllocator::do_realloc(IAllocator self, void* p, size_t size, size_t align) {
  CountingAllocator* const owner = owner_of(self);
  if (owner->next_fails()) return nullptr;
  void* const moved = owner->below_->realloc(owner->below_, p, size, align);
  if (moved != nullptr) {
    if (p != nullptr) owner->remove(p);
    owner->add(moved, size);
  }
  return moved;
}

void* CountingAllocator::do_free(IAllocator self, void* p) {
  CountingAllocator* const owner = owner_of(self);
  if (p != nullptr) owner->remove(p);
  return owner->below_->free(owner->below_, p);
}

}  // namespace cex::testing
