// All blocks of the C library that the checks know of, from pages that can't be touched.
#include <stdint.h>

#include <algorithm>
#include <mutex>

#include "cex/guard_all_blocks.h"
#include "cex/sanitizer.h"
#include "cex/sanitizer/internal/guard_pages.h"
#include "cex/sanitizer/internal/guarded_blocks.h"

namespace cex::testing {
namespace {

using detail::GuardPages;

constexpr detail::GuardPagesOptions kOptions = {
    .max_bytes = static_cast<size_t>(std::min<uint64_t>(uint64_t{4} << 30, SIZE_MAX / 8)),
    .max_blocks = 24'000,  // two mappings each, of 65,530
    .quarantine_bytes = size_t{256} << 20,
    .at_start = false,
};

GuardPages* pages = nullptr;
detail::PageBlockList blocks;

constexpr detail::BlockSource kPageBlocks = {
    .take = [](void*, size_t bytes, size_t align) -> void* {
      const size_t placed_align = align == alignof(max_align_t) ? 1 : align;
      return pages->take(&blocks, bytes, align, placed_align, __builtin_return_address(0));
    },
    .give = [](void*, void* p) { pages->give(p, "free", __builtin_return_address(0)); },
    .is_libc = true,
    .has_pages = true,
};

}  // namespace

bool guard_all_blocks() {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  if (kChecker != Checker::kPattern) return false;
  if (pages == nullptr) pages = GuardPages::create(kOptions);
  if (pages != nullptr) detail::replace_libc_blocks(&kPageBlocks);
  return pages != nullptr;
}

}  // namespace cex::testing
