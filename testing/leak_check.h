/// @file
/// LeakCheck: memory that a block of code allocated and did not free.
///
/// ```cpp
/// {
///   cex::testing::LeakCheck check;
///   char* p = mem$malloc(mem$, 100);
///   use(p);
/// }    // cex: FILE:LINE: leak: 1 block, 100 bytes …, and where it was allocated
/// ```
///
/// Works with any test framework or none. It reads the one registry of blocks that CEX_TEST
/// has; in an object built without, everything here compiles and does nothing.
///
/// Leaks are blocks of mem$, of all threads together. Blocks of arenas and of tmem$ need
/// no free and are none. An arena that was not destroyed is one leak: its own record, at the
/// line that created it. A scope of tmem$ must not stay open.
///
/// It also finds writes past the ends of blocks and late writes: in all blocks, live or
/// quarantined, whose memory comes from the C library. Those are the blocks of mem$, of
/// tmem$ and of arenas over mem$, of all threads.
///
/// A program without any LeakCheck, and without cex/gtest_checks.h, is checked by itself
/// under CEX_TEST: when it exits, after the destructors of its static objects. Leaks of mem$
/// and writes as above end it with a report and a status other than 0. A LeakCheck turns
/// this check off. In a child of fork() that exits, blocks from before the fork are no leaks.
#ifndef CEX_TESTING_LEAK_CHECK_H_
#define CEX_TESTING_LEAK_CHECK_H_

#include <stddef.h>
#include <stdint.h>

#include <string>

#include "cex/site.h"

namespace cex::testing {

/// What is still there of what was made since a LeakCheck began.
struct Leaks {
  size_t blocks = 0;         ///< of mem$, not freed
  size_t bytes = 0;          ///< in them
  uint32_t open_scopes = 0;  ///< of the calling thread's tmem$

  /// All of the above for a person to read, with a line for each block (the oldest
  /// 12, where there are more); empty where nothing leaked.
  std::string text;

  /// Whether there is any of it.
  bool any() const { return blocks != 0 || open_scopes != 0; }
};

/// Watches mem$ and the scopes of tmem$ from its making to its end, and ends the program
/// where something is left then.
class LeakCheck {
 public:
  /// Begins to watch. `site` is what reports name; leave it out.
  explicit LeakCheck(Site site = Site::current());

  /// As check(), unless check() or dismiss() has been called.
  ~LeakCheck();

  LeakCheck(const LeakCheck&) = delete;
  LeakCheck& operator=(const LeakCheck&) = delete;

  /// What has leaked so far; the check goes on. A block is as old as the one that it was
  /// resized from: an older one that has grown is no leak. Thread-safe, but what other
  /// threads allocate meanwhile counts too; never fails.
  Leaks leaks() const;

  /// Ends the program with `cex: FILE:LINE: leak: N blocks, M bytes …` and a line
  /// per block where there is a leak, and with a message and the block's facts where
  /// there is what take_damage() looks for. Ends the watching. To be called in the
  /// thread that began it.
  void check();

  /// Ends the watching without a check.
  void dismiss();

 private:
#ifdef CEX_TEST
  Site site_;
  uint64_t first_;  // the number of the first block that was made since
  uint32_t depth_;  // scopes of tmem$ that were open before
  bool is_over_ = false;
#endif
};

/// Blocks of mem$ made while such an object lives may stay: a cache that fills on
/// first use, a registry that lives as long as the program. They are left out of
/// every later check.
///
/// ```cpp
/// static Table* table = [] { cex::testing::AllowLeaks _; return make_table(mem$); }();
/// ```
///
/// Thread-safe, but applies to blocks of all threads, since which thread a block is
/// for can't be told.
class AllowLeaks {
 public:
  /// From here on blocks may stay.
  AllowLeaks();

  /// From here on they may not.
  ~AllowLeaks();
  AllowLeaks(const AllowLeaks&) = delete;
  AllowLeaks& operator=(const AllowLeaks&) = delete;

 private:
#ifdef CEX_TEST
  size_t index_;
#endif
};

/// What was written to that should not have been: guard bytes of live blocks, and memory that
/// was freed, or whose scope has ended, and is quarantined. A line for each, with the block's
/// facts in the line after it; empty where there is none. Looks at blocks whose memory comes
/// from the C library: of mem$, of tmem$ and of arenas over mem$, of all threads. (Of other
/// arenas and of fixed buffers it shows when the block is freed, or its scope ends.)
///
/// Also restores what was written to, so that a finding is reported once. For test frameworks
/// that go on after a finding: LeakCheck::check() ends the program instead. Thread-safe.
std::string take_damage();

}  // namespace cex::testing

#endif  // CEX_TESTING_LEAK_CHECK_H_
