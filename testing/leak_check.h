/// @file
/// LeakCheck: memory that a block of code took and did not give back.
///
/// ```cpp
/// {
///   cex::testing::LeakCheck check;
///   char* p = mem$malloc(mem$, 100);
///   use(p);
/// }    // cex: FILE:LINE: leak: 1 block, 100 bytes …, and where it was allocated
/// ```
///
/// Works with any test framework or none. The books it reads are those of CEX_TEST;
/// in an object built without, everything here compiles and does nothing.
///
/// It looks at mem$, of all threads together: also at what others come from, so an
/// arena that nobody destroyed shows as its pages. Memory of arenas and of tmem$
/// needs no freeing, but a scope of tmem$ must not stay open.
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

  /// All of the above for a person to read, with a line for each block (for the
  /// oldest, where there are many); empty where nothing leaked.
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

  /// What has leaked so far; the check goes on. A block that was resized since the
  /// beginning, and a page of an arena that is older, is none. Thread-safe, but what other threads
  /// allocate meanwhile counts too; never fails.
  Leaks leaks() const;

  /// Ends the program with `cex: FILE:LINE: leak: N blocks, M bytes …` and a line
  /// per block where there is a leak, and with the message of the check concerned
  /// where there is what take_damage() looks for. Ends the watching. To be called in
  /// the thread that began it.
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

/// What was written to that should not have been: guard bytes of live blocks, blocks that
/// were freed and are still held back, and memory whose scope has ended; of mem$, of the
/// calling thread's tmem$, and of those AllocatorArena.create made over mem$ which the calling
/// thread uses. (Of other arenas it shows when their scopes, or they themselves, end.) Also
/// makes all of it whole again, so that a finding is reported once (but for what an arena
/// keeps in front of a block: that ends the program with its scope); empty where there is
/// none. For test frameworks that go on after a finding: LeakCheck::check() ends the program
/// instead. Thread-safe.
std::string take_damage();

}  // namespace cex::testing

#endif  // CEX_TESTING_LEAK_CHECK_H_
