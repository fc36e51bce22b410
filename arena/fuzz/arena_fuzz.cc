// Arenas, fixed buffers and tmem$ against the model of the conformance suite, the operations
// decoded from a file's bytes.
#include "arena/fuzz/arena_fuzz.h"

#include <optional>

#include <gtest/gtest.h>

#include "allocator/tests/block_model.h"
#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/tempmem.h"

namespace cex::testing {
namespace {

alignas(64) char buffer[size_t{1} << 20];

// Reads numbers from bytes; zeros behind the end.
class Bytes {
 public:
  Bytes(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}
  bool is_at_end() const { return at_ == end_; }
  size_t below(size_t limit) {
    size_t value = 0;
    for (size_t most = limit - 1; most != 0 && at_ != end_; most >>= 8) value = value << 8 | *at_++;
    return value % limit;
  }

 private:
  const uint8_t* at_;
  const uint8_t* end_;
};

size_t run(IAllocator a, const Candidate& candidate, Bytes& bytes) {
  BlockModel model(a, candidate, [&bytes](size_t below) { return bytes.below(below); });
  while (!bytes.is_at_end()) model.step();
  model.finish();
  return model.operations();
}

}  // namespace

// The first bytes choose the allocator.
size_t fuzz_arena(const uint8_t* data, size_t size) {
  Bytes bytes(data, size);
  Candidate candidate = {.name = "fuzzed", .make = nullptr};
  const size_t kind = bytes.below(4);
  if (kind == 0) {
    const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
    candidate.may_run_out = true;
    const size_t operations = run(a, candidate, bytes);
    AllocatorFixed.destroy(a);
    return operations;
  }
  if (kind == 1) {
    const MemScope scope(tmem$);
    return run(scope.allocator(), candidate, bytes);
  }
  constexpr size_t kPageSizes[] = {256, 1024, 4096, 65536};
  ArenaOptions options;
  const size_t page_size = kPageSizes[bytes.below(4)];
  constexpr size_t kRetain[] = {0, kRetainDefault, size_t{64} << 10};
  options.retain_bytes = kRetain[bytes.below(3)];
  constexpr size_t kMaxPageSizes[] = {0, 16384};
  options.max_page_size = kMaxPageSizes[bytes.below(2)];
  if (bytes.below(2) == 1) {
    options.limit = size_t{256} << 10;
    candidate.may_run_out = true;
  }
  if (bytes.below(4) == 1) {
    options.reserve = size_t{512} << 10;
    candidate.may_run_out = true;
  }
  std::optional<ArenaBlock> outer;
  if (kind == 3) {
    outer.emplace(8192);
    options.backing = outer->allocator();
  }
  const IAllocator a = AllocatorArena.create(page_size, options);
  size_t operations = run(a, candidate, bytes);
  AllocatorArena.reset(a);
  const size_t second = bytes.below(2);
  if (second == 1) operations += run(a, candidate, bytes);
  AllocatorArena.destroy(a);
  return operations;
}

}  // namespace cex::testing
