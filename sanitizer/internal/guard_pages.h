// Blocks that end, or begin, where a page can't be touched.
//
//     | can't be touched | rest … block | can't be touched | rest … block | …
//
// A block has pages of its own in a range of addresses that was reserved once. Behind them
// lies one page that can't be touched, and so does everything in the range that is no live
// block: an access that goes too far, or to a freed block, is refused by the machine, and a
// report says which block it was about. Freed blocks stay so until as much has been freed
// after them as the quarantine holds. The rest of a block's pages is filled with a pattern
// that is looked at when the block is freed.
//
// What knows of blocks is apart from them, in memory that no stray write reaches. All
// functions are thread-safe, also in a child of fork(). In every build.
#ifndef CEX_SANITIZER_INTERNAL_GUARD_PAGES_H_
#define CEX_SANITIZER_INTERNAL_GUARD_PAGES_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/sanitizer/internal/fork_mutex.h"
#include "cex/sanitizer/internal/page_access.h"
#include "cex/sanitizer/internal/stack_trace.h"
#include "cex/sanitizer/internal/system_pages.h"
#include "cex/site.h"

namespace cex::detail {

// What is known of a block.
struct PageBlock {
  enum class State : uint8_t { kUnused, kLive, kQuarantined };

  char* p;
  size_t size;
  uint32_t align;
  uint32_t first_page;  // in the range
  uint32_t pages;       // without the one behind them
  State state;
  bool went_with_scope;
  struct PageBlockList* list;  // while it is live
  PageBlock* older;            // in that list; the one freed after it, in quarantine
  PageBlock* newer;
  Site made;
  Site freed;
  StackTrace made_at;
  StackTrace freed_at;
};

// Live blocks that go together: of an allocator, or of a scope.
struct PageBlockList {
  PageBlock* newest = nullptr;
};

struct GuardPagesOptions {
  size_t max_bytes;         // of the pages of live blocks
  size_t max_blocks;        // that are live
  size_t quarantine_bytes;  // of addresses of freed blocks
  bool at_start;            // blocks begin at a page that can't be touched, and need not end at one
};

// What a frame of a report is called: by the program's symbols under CEX_TEST, and else by those
// that the dynamic linker knows, with what addr2line takes. A FindName.
bool find_frame_name(const void* address, char* name, size_t room);

// Blocks and bytes, each since the making or now.
struct GuardPagesCounts {
  uint64_t made = 0;
  uint64_t no_room = 0;     // refused: a bound was reached
  uint64_t no_mapping = 0;  // refused by the system
  size_t live = 0;
  size_t live_bytes = 0;
  size_t quarantined = 0;
};

class GuardPages {
 public:
  // Null where the system has no addresses for it.
  static GuardPages* create(const GuardPagesOptions& options);

  // All blocks are gone with it.
  static void destroy(GuardPages* pages);

  // The range of all blocks.
  const char* begin() const { return begin_; }
  size_t bytes() const { return bytes_; }

  // A zeroed block, placed at `placed_align`, which is at most `align`; null where a bound is
  // reached or the system refuses. `caller` is the return address of who asked, here and
  // below: where stacks begin.
  void* take(PageBlockList* list, size_t size, size_t align, size_t placed_align,
             const void* caller);

  // The live block at `p`; reports anything else as misuse by `call`, "free" for one.
  const PageBlock* find(const void* p, const char* call, const void* caller);

  // Frees a block, and reports what is none.
  void give(void* p, const char* call, const void* caller);

  // Frees all blocks of a scope that ends.
  void give_all(PageBlockList* list, const void* caller);

  GuardPagesCounts counts() const;

  // Ends the program with a message about the block.
  [[noreturn, gnu::cold, gnu::format(printf, 3, 4)]] static void die_of(const PageBlock* block,
                                                                        const void* caller,
                                                                        const char* format, ...);

 private:
  friend class AllGuardPages;

  GuardPages() = default;

  bool owns(const void* p) const;
  char* page(uint32_t index) const { return begin_ + size_t{index} * page_bytes_; }
  PageBlock* block_at(const void* p) const;
  uint32_t find_room(uint32_t pages);
  PageBlock* take_record();
  void mark(const PageBlock* block, PageBlock* as);
  void verify(const PageBlock* block, const void* caller) const;
  PageBlock* find_live(const void* p, const char* call, const void* caller) const;
  void retire(PageBlock* block, bool went_with_scope, const void* caller);
  void forget_oldest();
  void explain(const Fault& fault) const;

  char* begin_ = nullptr;
  size_t bytes_ = 0;
  size_t page_bytes_ = 0;
  size_t own_bytes_ = 0;  // of this object and what stands behind it
  uint32_t page_count_ = 0;
  uint32_t max_pages_ = 0;
  uint32_t max_blocks_ = 0;
  uint32_t max_quarantined_ = 0;  // pages
  bool at_start_ = false;
  PageBlock** block_of_page_ = nullptr;  // null: no block has it
  PageBlock* blocks_ = nullptr;          // all records
  uint32_t blocks_used_ = 0;             // of them, ever
  PageBlock* unused_ = nullptr;          // records, linked by `older`
  PageBlock* oldest_freed_ = nullptr;    // in quarantine
  PageBlock* newest_freed_ = nullptr;
  uint32_t live_pages_ = 0;
  uint32_t quarantined_pages_ = 0;
  uint32_t cursor_ = 1;  // where to look for room next
  GuardPagesCounts counts_;
  GuardPages* next_ = nullptr;                              // of all that there are
  mutable MemberForkMutex mutex_{ForkMutex::Rank::kPages};  // for all that changes
};

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_GUARD_PAGES_H_
