/// @file
/// LeakCheck: finds memory that a block of code allocated and did not free.
///
/// ```cpp
/// {
///   cex::testing::LeakCheck check;
///   char* p = mem$malloc(mem$, 100);
///   use(p);
/// }    // cex: FILE:LINE: leak: 1 block, 100 bytes …, and where it was allocated
/// ```
///
/// Works with any test framework or none. It reads the registry of blocks that CEX_TEST builds
/// have; in other builds everything here compiles and does nothing.
///
/// Leaks are blocks of mem$, of all threads together. Blocks of arenas and of tmem$ need no free,
/// so they are no leaks. An arena that was not destroyed is one leak, at the line that created it;
/// over another allocator that takes its memory from mem$, its blocks are leaks, too. An open scope
/// of tmem$ is reported, too.
///
/// It also finds writes past the ends of blocks, and late writes, in all blocks, live or
/// quarantined, whose memory comes from the C library: those of mem$, tmem$ and arenas over mem$,
/// of all threads.
///
/// Under CEX_TEST a program with neither a LeakCheck nor cex/gtest_checks.h is checked when it
/// exits (not by _exit() or quick_exit()), after the destructors of its static objects and, with
/// glibc, of its shared libraries. Leaks of mem$, also in threads that still run, and writes as
/// above end it with a report and a status other than 0. In a child of fork() that exits, blocks
/// from before the fork are no leaks.
#ifndef CEX_TESTING_LEAK_CHECK_H_
#define CEX_TESTING_LEAK_CHECK_H_

#include <stddef.h>
#include <stdint.h>

#include <string>

#include "cex/site.h"

namespace cex::testing {

/// What was allocated since a LeakCheck began and was not freed.
struct Leaks {
  size_t blocks = 0;         ///< of mem$, not freed
  size_t bytes = 0;          ///< in them
  uint32_t open_scopes = 0;  ///< of the calling thread's tmem$

  /// All of the above as text, with a line for each block (the oldest 12, if there are more); empty
  /// if nothing leaked.
  std::string text;

  /// Whether anything leaked.
  bool any() const { return blocks != 0 || open_scopes != 0; }
};

/// Watches mem$ and the scopes of tmem$ as long as it lives. Its destructor ends the program if
/// something has leaked.
class LeakCheck {
 public:
  /// Begins to watch. Reports name `site`; leave it out.
  explicit LeakCheck(Site site = Site::current());

  /// As check(), unless check() or dismiss() has been called.
  ~LeakCheck();

  LeakCheck(const LeakCheck&) = delete;
  LeakCheck& operator=(const LeakCheck&) = delete;

  /// What has leaked so far; the check goes on. A resized block keeps its age, so a block that was
  /// allocated before the check and has grown is no leak. Nor is what a map, an arena or a trace
  /// takes that was made before the check. Thread-safe, but what other threads allocate meanwhile
  /// counts, too. Never fails.
  Leaks leaks() const;

  /// Ends the program if there is a leak, with `cex: FILE:LINE: leak: N blocks, M bytes …` and a
  /// line per block, or if take_damage() finds something, with a message and the block's facts.
  /// Otherwise ends the check. Call it in the thread that created the object.
  void check();

  /// Ends the check without a report.
  void dismiss();

 private:
#ifdef CEX_TEST
  Site site_;
  uint64_t first_;  // the number of the first block that was made since
  uint32_t depth_;  // scopes of tmem$ that were open before
  bool is_over_ = false;
#endif
};

/// Blocks of mem$ that are allocated while such an object lives may stay: a cache that fills on
/// first use, or data that live as long as the program. No later check counts them.
///
/// ```cpp
/// static Table* table = [] { cex::testing::AllowLeaks _; return make_table(mem$); }();
/// ```
///
/// Thread-safe. It applies to the blocks of all threads, since a block may be allocated for another
/// thread.
class AllowLeaks {
 public:
  /// From here on, blocks may stay.
  AllowLeaks();

  /// From here on, they may not.
  ~AllowLeaks();
  AllowLeaks(const AllowLeaks&) = delete;
  AllowLeaks& operator=(const AllowLeaks&) = delete;

 private:
#ifdef CEX_TEST
  size_t index_;
#endif
};

/// Finds writes to guard bytes of live blocks, and to quarantined memory: memory that was freed, or
/// whose scope has ended. Returns a line for each, with the block's facts in the next line; an
/// empty string if nothing was found. It verifies blocks whose memory comes from the C library:
/// those of mem$, tmem$ and arenas over mem$, of all threads. (Blocks of other arenas and of fixed
/// buffers are verified when they are freed, or their scope ends.)
///
/// Repairs what it reports, so that each finding appears once. It is for test frameworks that go on
/// after a finding; LeakCheck::check() ends the program instead. Thread-safe.
std::string take_damage();

}  // namespace cex::testing

#endif  // CEX_TESTING_LEAK_CHECK_H_
