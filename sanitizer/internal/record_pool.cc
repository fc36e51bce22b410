#include "cex/sanitizer/internal/record_pool.h"

#include <new>

#include "cex/report.h"
#include "cex/sanitizer/internal/system_pages.h"

namespace cex::detail {
namespace {

constexpr size_t kChunkBytes = size_t{64} << 10;

size_t units_of(size_t bytes) {
  return bytes != 0 ? (bytes + RecordPool::kUnit - 1) / RecordPool::kUnit : 1;
}

}  // namespace

void* RecordPool::allocate(size_t bytes) {
  if (bytes > kLargestSmall) return map_records(bytes);
  const size_t units = units_of(bytes);
  if (Freed* const p = freed_[units - 1]) {
    freed_[units - 1] = p->next;
    return p;
  }
  if (static_cast<size_t>(end_ - begin_) < units * kUnit) {
    begin_ = static_cast<char*>(map_records(kChunkBytes));
    end_ = begin_ + kChunkBytes;
  }
  void* const p = begin_;
  begin_ += units * kUnit;
  return p;
}

void RecordPool::deallocate(void* p, size_t bytes) {
  if (bytes > kLargestSmall) return unmap_records(p, bytes);
  const size_t units = units_of(bytes);
  freed_[units - 1] = ::new (p) Freed{freed_[units - 1]};
}

void* map_records(size_t bytes) {
  void* const p = map_pages(bytes);
  if (p == nullptr) die_here("out of memory: none is left for what the checks keep of blocks");
  return p;
}

void unmap_records(void* p, size_t bytes) { unmap_pages(p, bytes); }

}  // namespace cex::detail
