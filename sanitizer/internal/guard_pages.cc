#include "cex/sanitizer/internal/guard_pages.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>

#include "cex/report.h"
#include "cex/sanitizer.h"
#include "cex/sanitizer/internal/text.h"

#ifdef CEX_DETAIL_ASAN
#include <sanitizer/lsan_interface.h>
#endif

namespace cex::detail {
namespace {

using State = PageBlock::State;

// Blocks that a search for room goes round at most; the next search goes on there.
constexpr int kMaxHops = 256;

uintptr_t address(const void* p) { return reinterpret_cast<uintptr_t>(p); }
constexpr size_t round_up(size_t n, size_t align) { return (n + align - 1) & ~(align - 1); }

// --- Reports -------------------------------------------------------------------------

void print_stack(const char* title, const StackTrace& stack) {
  print_text(title, strlen(title));
  for (int i = 0; i < stack.depth; ++i) {
    char line[700];
    print_text(line, describe_frame(stack, i, find_frame_name, line, sizeof(line)));
  }
}

// The message, the block, `here`, and the stacks of the block. May run in a signal handler.
void print_report(const char* what, const PageBlock* block, const StackTrace& here) {
  if (block == nullptr) {
    print_message(call_under_way(), "%s", what);
    return print_stack("", here);
  }
  const bool is_freed = block->state != State::kLive;
  const bool with_scope = block->went_with_scope;
  Text facts;
  facts.add("%zu byte%s at %p", block->size, plural(block->size), static_cast<void*>(block->p));
  if (kChecked) facts.add_site("allocated", block->made);
  if (kChecked && is_freed) facts.add_site(with_scope ? "its scope ended" : "freed", block->freed);
  print_message(call_under_way(), "%s\n    the block: %s", what, facts.text);
  print_stack("", here);
  print_stack("    allocated by:\n", block->made_at);
  if (!is_freed) return;
  print_stack(with_scope ? "    freed with its scope by:\n" : "    freed by:\n", block->freed_at);
}

const char* name_of(Fault::Kind kind, bool with_preposition) {
  if (kind == Fault::Kind::kRead) return with_preposition ? "read of" : "read";
  if (kind == Fault::Kind::kWrite) return with_preposition ? "write to" : "write";
  return with_preposition ? "access to" : "access";
}

// The walk up the stack reads the interrupted instruction, which may be what can't be read.
StackTrace stack_of(const Fault& fault) {
  if (fault.instruction != fault.address) return capture_stack_from(fault.instruction);
  StackTrace stack;
  stack.interrupted = 0;
  for (const void* frame : {fault.instruction, fault.caller}) {
    stack.frames[stack.depth++] = const_cast<void*>(frame);
  }
  return stack;
}

}  // namespace

// All that there are, for the handler of faults.
class AllGuardPages {
 public:
  static void add(GuardPages* pages) {
    const std::lock_guard lock(mutex_);
    pages->next_ = first_.load();
    first_.store(pages, std::memory_order_release);
    watch_faults(explain);
  }

  static void remove(GuardPages* pages) {
    const std::lock_guard lock(mutex_);
    if (first_.load() == pages) {
      first_.store(pages->next_);
    } else {
      GuardPages* before = first_.load();
      while (before->next_ != pages) before = before->next_;
      before->next_ = pages->next_;
    }
    if (first_.load() == nullptr) stop_watching_faults();
  }

 private:
  static void explain(const Fault& fault) {
    // Of two threads one is told of; the other waits, since dying would cut that short.
    while (is_explaining_.test_and_set()) sched_yield();
    for (GuardPages* p = first_.load(std::memory_order_acquire); p != nullptr; p = p->next_) {
      if (p->owns(fault.address)) p->explain(fault);
    }
    is_explaining_.clear();
  }

  static constinit inline ForkMutex mutex_{ForkMutex::Rank::kPages};
  static constinit inline std::atomic<GuardPages*> first_{nullptr};
  // A flag, since g++ 12 has no exchange of a byte without libatomic on riscv64.
  static constinit inline std::atomic_flag is_explaining_;
};

GuardPages* GuardPages::create(const GuardPagesOptions& options) {
  const size_t page = page_bytes();
  const size_t max_pages = options.max_bytes / page;
  const size_t quarantine_pages = options.quarantine_bytes / page;
  const size_t max_blocks = std::min(options.max_blocks, max_pages);
  // Twice what may be taken, so that room is found.
  const size_t pages = 1 + 2 * (max_pages + max_blocks + quarantine_pages);
  if (pages > UINT32_MAX / 2 || pages > PTRDIFF_MAX / page) return nullptr;
  const size_t records = max_blocks + quarantine_pages / 2 + 2;
  const size_t index_at = round_up(sizeof(GuardPages), 64);
  const size_t records_at = index_at + round_up(pages * sizeof(PageBlock*), 64);
  const size_t own_bytes = round_up(records_at + records * sizeof(PageBlock), page);
  char* const own = static_cast<char*>(map_pages(own_bytes));
  if (own == nullptr) return nullptr;
  char* const range = reserve_addresses(pages * page);
  if (range == nullptr) {
    unmap_pages(own, own_bytes);
    return nullptr;
  }
#ifdef CEX_DETAIL_ASAN
  // LeakSanitizer looks for pointers there.
  __lsan_register_root_region(range, pages * page);
#endif
  auto* const result = ::new (own) GuardPages;
  result->begin_ = range;
  result->bytes_ = pages * page;
  result->page_bytes_ = page;
  result->own_bytes_ = own_bytes;
  result->page_count_ = static_cast<uint32_t>(pages);
  result->max_pages_ = static_cast<uint32_t>(max_pages);
  result->max_blocks_ = static_cast<uint32_t>(max_blocks);
  result->max_quarantined_ = static_cast<uint32_t>(quarantine_pages);
  result->at_start_ = options.at_start;
  result->block_of_page_ = reinterpret_cast<PageBlock**>(own + index_at);
  result->blocks_ = reinterpret_cast<PageBlock*>(own + records_at);
  result->counts();  // fork() knows the mutex from now on
  AllGuardPages::add(result);
  return result;
}

void GuardPages::destroy(GuardPages* pages) {
  AllGuardPages::remove(pages);
#ifdef CEX_DETAIL_ASAN
  __lsan_unregister_root_region(pages->begin_, pages->bytes_);
#endif
  release_addresses(pages->begin_, pages->bytes_);
  const size_t own_bytes = pages->own_bytes_;
  pages->~GuardPages();
  unmap_pages(pages, own_bytes);
}

bool GuardPages::owns(const void* p) const { return address(p) - address(begin_) < bytes_; }

// The block that has the page that `p` lies on, or the one before it that can't be touched.
PageBlock* GuardPages::block_at(const void* p) const {
  return owns(p) ? block_of_page_[(address(p) - address(begin_)) / page_bytes_] : nullptr;
}

// The first of that many pages that no block has; 0, which is never free: there are none.
uint32_t GuardPages::find_room(uint32_t pages) {
  for (int hops = 0; hops < kMaxHops; ++hops) {
    if (cursor_ + pages > page_count_) cursor_ = 1;
    uint32_t taken = cursor_ + pages;  // the last that is, and 1
    while (taken > cursor_ && block_of_page_[taken - 1] == nullptr) --taken;
    if (taken == cursor_) {
      cursor_ += pages;
      return taken;
    }
    const PageBlock* const there = block_of_page_[taken - 1];
    cursor_ = there->first_page + there->pages + 1;
  }
  return 0;
}

PageBlock* GuardPages::take_record() {
  if (unused_ == nullptr) return &blocks_[blocks_used_++];
  PageBlock* const block = unused_;
  unused_ = block->older;
  return block;
}

// The pages of a block and the one behind them.
void GuardPages::mark(const PageBlock* block, PageBlock* as) {
  std::fill_n(block_of_page_ + block->first_page, block->pages + 1, as);
}

void* GuardPages::take(PageBlockList* list, size_t size, size_t align, size_t placed_align,
                       const void* caller) {
  const StackTrace made_at = capture_stack_from(caller);
  const std::lock_guard lock(mutex_);
  const size_t wanted = size / page_bytes_ + (size % page_bytes_ != 0);
  if (wanted > max_pages_ - live_pages_ || counts_.live == max_blocks_) {
    ++counts_.no_room;
    return nullptr;
  }
  const auto pages = static_cast<uint32_t>(wanted);
  const uint32_t first = find_room(pages + 1);
  if (first == 0) {
    ++counts_.no_room;
    return nullptr;
  }
  char* const begin = page(first);
  char* const end = page(first + pages);
  if (!allow_access(begin, wanted * page_bytes_)) {
    ++counts_.no_mapping;
    return nullptr;
  }
  PageBlock* const block = take_record();
  *block = {};
  block->p = at_start_ ? begin : end - round_up(size, placed_align);
  block->size = size;
  block->align = static_cast<uint32_t>(align);
  block->first_page = first;
  block->pages = pages;
  block->state = State::kLive;
  block->list = list;
  block->older = list->newest;
  block->made = kept(call_under_way());
  block->made_at = made_at;
  if (list->newest != nullptr) list->newest->newer = block;
  list->newest = block;
  mark(block, block);
  live_pages_ += pages;
  ++counts_.made;
  ++counts_.live;
  counts_.live_bytes += size;
  memset(begin, kPoisonByte, static_cast<size_t>(block->p - begin));
  memset(block->p + size, kPoisonByte, static_cast<size_t>(end - (block->p + size)));
  return block->p;
}

// Looks at what shares pages with the block.
void GuardPages::verify(const PageBlock* block, const void* caller) const {
  const auto is_other = [](char c) { return static_cast<unsigned char>(c) != kPoisonByte; };
  const char* const begin = page(block->first_page);
  const char* const end = page(block->first_page + block->pages);
  const char* const block_end = block->p + block->size;
  if (const char* const at = std::find_if(block_end, end, is_other); at != end) {
    const auto behind = static_cast<size_t>(at - block_end) + 1;
    die_of(block, caller, "write past the end of a block at %p, %zu byte%s behind its last",
           static_cast<void*>(block->p), behind, plural(behind));
  }
  if (std::find_if(begin, static_cast<const char*>(block->p), is_other) != block->p) {
    die_of(block, caller, "write before the start of a block at %p", static_cast<void*>(block->p));
  }
}

PageBlock* GuardPages::find_live(const void* p, const char* call, const void* caller) const {
  PageBlock* const block = block_at(p);
  if (block == nullptr || address(p) - address(block->p) >= block->size) {
    die_of(nullptr, caller,
           "%s of a pointer that this allocator does not own: %p\n    it lies near its blocks, "
           "but in none",
           call, p);
  }
  if (block->state != State::kLive) {
    die_of(block, caller, "double free: %s of a block that was freed before, %p", call, p);
  }
  if (p != block->p) {
    die_of(block, caller,
           "%s of a pointer into the middle of a block: %p is %zu byte%s behind its start", call, p,
           address(p) - address(block->p), plural(address(p) - address(block->p)));
  }
  return block;
}

const PageBlock* GuardPages::find(const void* p, const char* call, const void* caller) {
  const std::lock_guard lock(mutex_);
  return find_live(p, call, caller);
}

void GuardPages::retire(PageBlock* block, bool went_with_scope, const void* caller) {
  verify(block, caller);
  // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a live block has a list
  (block->newer != nullptr ? block->newer->older : block->list->newest) = block->older;
  if (block->older != nullptr) block->older->newer = block->newer;
  // Its memory may be another's next.
  unpoison_defined(block->p, block->size);
  char* const pages = page(block->first_page);
  const size_t bytes = size_t{block->pages} * page_bytes_;
  if (!forbid_access(pages, bytes)) memset(pages, 0, bytes);  // as new pages
  block->state = State::kQuarantined;
  block->went_with_scope = went_with_scope;
  block->freed = kept(call_under_way());
  block->list = nullptr;
  block->older = nullptr;
  (newest_freed_ != nullptr ? newest_freed_->older : oldest_freed_) = block;
  newest_freed_ = block;
  live_pages_ -= block->pages;
  quarantined_pages_ += block->pages + 1;
  --counts_.live;
  counts_.live_bytes -= block->size;
  ++counts_.quarantined;
  while (quarantined_pages_ > max_quarantined_) forget_oldest();
}

void GuardPages::forget_oldest() {
  PageBlock* const block = oldest_freed_;
  oldest_freed_ = block->older;
  if (oldest_freed_ == nullptr) newest_freed_ = nullptr;
  mark(block, nullptr);
  quarantined_pages_ -= block->pages + 1;
  --counts_.quarantined;
  block->state = State::kUnused;
  block->older = unused_;
  unused_ = block;
}

void GuardPages::give(void* p, const char* call, const void* caller) {
  const StackTrace freed_at = capture_stack_from(caller);
  const std::lock_guard lock(mutex_);
  PageBlock* const block = find_live(p, call, caller);
  block->freed_at = freed_at;
  retire(block, false, caller);
}

void GuardPages::give_all(PageBlockList* list, const void* caller) {
  const StackTrace freed_at = capture_stack_from(caller);
  const std::lock_guard lock(mutex_);
  while (list->newest != nullptr) {
    list->newest->freed_at = freed_at;
    retire(list->newest, true, caller);
  }
}

GuardPagesCounts GuardPages::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void GuardPages::die_of(const PageBlock* block, const void* caller, const char* format, ...) {
  char what[400];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof(what), format, args);
  print_report(what, block, capture_stack_from(caller));
  end_report();
  abort();
}

// In the handler of a fault in the range.
void GuardPages::explain(const Fault& fault) const {
  // Another thread may be at work; a thread that was interrupted while it was can't be waited
  // for.
  bool is_locked = false;
  for (int tries = 0; !is_locked && tries < 1000; ++tries) {
    is_locked = mutex_.try_lock();
    if (!is_locked) sched_yield();
  }
  const char* const at = fault.address;
  const PageBlock* block = block_at(at);
  char what[300];
  if (block != nullptr && at < page(block->first_page + block->pages)) {
    const auto offset = static_cast<ptrdiff_t>(address(at) - address(block->p));
    const char* const access = name_of(fault.kind, true);
    if (block->went_with_scope) {
      snprintf(what, sizeof(what), "%s memory whose scope has ended at %p, offset %td of a block",
               access, static_cast<const void*>(at), offset);
    } else {
      snprintf(what, sizeof(what), "%s freed memory at %p, offset %td of a block", access,
               static_cast<const void*>(at), offset);
    }
  } else {
    // Between two blocks: it is about the nearer one.
    const PageBlock* const next = block_at(at + page_bytes_);
    size_t behind = SIZE_MAX;
    size_t before = SIZE_MAX;
    if (block != nullptr) behind = address(at) - address(block->p + block->size) + 1;
    if (next != nullptr && next != block) before = address(next->p) - address(at);
    if (before < behind) block = next;
    const char* const access = name_of(fault.kind, false);
    if (block == nullptr) {
      snprintf(what, sizeof(what), "%s where no block is, or no longer: %p", access,
               static_cast<const void*>(at));
    } else if (before < behind) {
      snprintf(what, sizeof(what),
               "%s before the start of a block at %p, %zu byte%s before its first", access,
               static_cast<void*>(block->p), before, plural(before));
    } else {
      snprintf(what, sizeof(what), "%s past the end of a block at %p, %zu byte%s behind its last",
               access, static_cast<void*>(block->p), behind, plural(behind));
    }
  }
  print_report(what, block, stack_of(fault));
  if (is_locked) mutex_.unlock();
}

}  // namespace cex::detail
