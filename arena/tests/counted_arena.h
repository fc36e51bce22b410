// The fixture of tests about an arena over an allocator that counts what it is asked for.
#ifndef CEX_ARENA_TESTS_COUNTED_ARENA_H_
#define CEX_ARENA_TESTS_COUNTED_ARENA_H_

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "cex/arena.h"

namespace cex::testing {

class CountedArenaTest : public ::testing::Test {
 protected:
  ~CountedArenaTest() override { end(); }

  // An arena, in the place of the one before. Nothing fails from here on.
  void make(size_t page_size, ArenaOptions options = {}) {
    end();
    options.backing = backing_.allocator();
    a_ = AllocatorArena.create(page_size, options);
    ASSERT_NE(a_, nullptr);
    own_blocks_ = backing_.live_blocks();
    own_bytes_ = backing_.live_bytes;
  }
  void end() {
    backing_.fail(CountingAllocator::kNever);
    AllocatorArena.destroy(a_);
    a_ = nullptr;
    EXPECT_EQ(backing_.live_blocks(), 0u);
  }

  // What `frame` asks of the backing allocator it asks the first time.
  template <typename Frame>
  void expect_no_more_requests(int frames, Frame frame) {
    frame();
    const size_t asked = backing_.requests;
    for (int i = 1; i < frames; ++i) {
      frame();
      ASSERT_EQ(backing_.requests, asked) << i;
    }
  }

  AllocatorStats stats() const { return AllocatorArena.stats(a_); }
  // Without the arena's own record.
  size_t pages() const { return backing_.live_blocks() - own_blocks_; }
  size_t page_bytes() const { return backing_.live_bytes - own_bytes_; }

  CountingAllocator backing_;
  IAllocator a_ = nullptr;

 private:
  size_t own_blocks_ = 0;
  size_t own_bytes_ = 0;
};

}  // namespace cex::testing

#endif  // CEX_ARENA_TESTS_COUNTED_ARENA_H_
