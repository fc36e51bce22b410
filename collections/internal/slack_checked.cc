#include "cex/collections/internal/slack.h"

#include <string.h>

#include "cex/sanitizer.h"

namespace cex::detail {
namespace {

constexpr size_t kWatched = size_t{1} << 20;

// Whether the tool may be told to forbid parts of a block: it must forget about that when the
// block is freed, also where nothing tells it to, as at the end of a scope.
bool is_block_of_tool([[maybe_unused]] IAllocator a, [[maybe_unused]] const void* block,
                      [[maybe_unused]] size_t bytes) {
#ifdef CEX_DETAIL_ASAN
  // What an allocator puts in front of a block. One that ends before its region is a part of it.
  constexpr size_t kFront = 256;
  char name[1];
  void* region = nullptr;
  size_t region_size = 0;
  const char* const kind =
      __asan_locate_address(const_cast<void*>(block), name, sizeof(name), &region, &region_size);
  const size_t front =
      static_cast<size_t>(static_cast<const char*>(block) - static_cast<const char*>(region));
  return strcmp(kind, "heap") == 0 && front <= kFront && front + bytes == region_size;
#elif defined(CEX_VALGRIND)
  return a == mem$;
#else
  return false;
#endif
}

}  // namespace

void Slack::watch(IAllocator a, const void* block, void* elements, size_t used, size_t size) {
  const size_t end = size - used > kWatched ? used + kWatched : size;
  const size_t front =
      static_cast<size_t>(static_cast<const char*>(elements) - static_cast<const char*>(block));
  state_ = uint64_t{end} << 1 | (is_block_of_tool(a, block, front + size) ? 1 : 0);
  close(elements, used, end);
}

const void* Slack::find_written(const void* elements, size_t from, size_t to) const {
  if (to > end()) to = end();
  if (from >= to || is_by_tool()) return nullptr;
  const char* at = static_cast<const char*>(elements) + from;
  const auto is_written = [](char byte) { return static_cast<unsigned char>(byte) != kPoisonByte; };
  if (!is_written(*at) && memcmp(at, at + 1, to - from - 1) == 0) return nullptr;
  while (!is_written(*at)) ++at;
  return at;
}

const void* Slack::open(void* elements, size_t from, size_t to) const {
  const void* const found = find_written(elements, from, to);
  if (to > end()) to = end();
  if (from < to) unpoison(static_cast<char*>(elements) + from, to - from);
  return found;
}

void Slack::close(void* elements, size_t from, size_t to) const {
  if (to > end()) to = end();
  if (from >= to) return;
  char* const p = static_cast<char*>(elements) + from;
  if (is_by_tool()) {
    poison(p, to - from);
  } else {
    memset(p, kPoisonByte, to - from);
  }
}

}  // namespace cex::detail
