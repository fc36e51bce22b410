// The bridges to std::pmr under CEX_TEST. A block of a PmrAllocator stands between
// guard bytes, and in a register of who made it:
//
//     | guard: max(align, 16) | bytes … | room | guard: 16 and up to max(align, 16) |
//
// The room is what a block gave up when it shrank, and poisoned like the guards. The
// register lies in pages of its own, so that no write which runs on past its block reaches it,
// and any pointer is safe to ask about.
//
// Many resources are released as a whole, with all blocks that nobody freed, and nobody
// is told. What is in such memory then is somebody else's, so that only with
// new_delete_resource() blocks are held back, and looked at, that the user does not name.
#include "cex/allocator/internal/pmr_checked.h"

#ifdef CEX_TEST

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <deque>
#include <map>
#include <mutex>

#include "cex/allocator/internal/block.h"
#include "cex/allocator/internal/block_register.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/system_pages.h"
#include "cex/sanitizer/internal/untouched.h"

namespace cex::detail {
namespace {

struct Record {
  size_t size;
  size_t room;  // bytes that the block may grow to where it lies, `size` among them
  size_t align;
  Site made;
  Site freed;
  bool is_freed;
};

using Blocks = std::pmr::map<const char*, Record>;

// Memory of freed blocks that is held back at most; beyond it the oldest go.
constexpr size_t kHeldBytes = size_t{1} << 20;

}  // namespace

struct PmrBooks {
  std::pmr::memory_resource* resource = nullptr;
  bool keeps = false;  // a block is there until it is given back
  std::mutex mutex;
  std::pmr::unsynchronized_pool_resource memory{system_pages()};
  Blocks blocks{&memory};                // live and held ones, by address
  std::pmr::deque<char*> held{&memory};  // oldest first
  size_t held_bytes = 0;
};

namespace {

size_t distance(const char* from, const char* to) { return static_cast<size_t>(to - from); }

// What was written to around the `size` bytes at `p`, of all that lies from `begin` to
// `end`, or nullptr.
const char* damage_around(const char* begin, const char* p, size_t size, const char* end) {
  if (!is_untouched(begin, distance(begin, p))) return "write before the start of a block";
  if (!is_untouched(p + size, distance(p + size, end))) return "write past the end of a block";
  return nullptr;
}

[[noreturn]] void die_of(const char* damage, const char* p, const RegisterFacts& facts) {
  die_here("%s at %p\n    the block: %s", damage, static_cast<const void*>(p), facts.text);
}

size_t front_of(size_t align) { return align > kDefaultAlign ? align : kDefaultAlign; }

// What a block takes from the resource; see pmr.cc. Its end is a multiple of 16, because
// AddressSanitizer cannot poison half of 8 bytes.
size_t whole_bytes(size_t room, size_t front) { return round_up(front + room + kBack, front); }

const char* begin_of(const char* p, const Record& record) { return p - front_of(record.align); }

const char* end_of(const char* p, const Record& record) {
  return begin_of(p, record) + whole_bytes(record.room, front_of(record.align));
}

const char* damage_of(const char* p, const Record& record) {
  const char* const around = damage_around(begin_of(p, record), p, record.size, end_of(p, record));
  if (around != nullptr) return around;
  if (record.is_freed && !is_untouched(p, record.size)) return "write to freed memory";
  return nullptr;
}

void verify(const char* p, const Record& record) {
  const char* const damage = damage_of(p, record);
  if (damage != nullptr) die_of(damage, p, facts_of(record));
}

// Takes out of the books the live blocks that lay where a new one is to lie: the resource was
// released meanwhile.
void forget_overlapped(PmrBooks* books, const char* begin, const char* end) {
  auto it = books->blocks.lower_bound(end + kMaxAlign);
  while (it != books->blocks.begin()) {
    --it;
    if (begin_of(it->first, it->second) >= end) continue;
    if (end_of(it->first, it->second) <= begin) break;
    it = books->blocks.erase(it);
  }
}

void give_back(PmrBooks* books, char* p, const Record& record) {
  const size_t front = front_of(record.align);
  const size_t bytes = whole_bytes(record.room, front);
  poison(p - front, bytes);            // a stale handle shall not find what was there
  unpoison_defined(p - front, bytes);  // as a page that goes back: see pages.cc
  books->resource->deallocate(p - front, bytes, front);
}

void release_oldest(PmrBooks* books) {
  char* const p = books->held.front();
  books->held.pop_front();
  const auto it = books->blocks.find(p);
  const Record record = it->second;
  verify(p, record);
  books->held_bytes -= record.room;
  books->blocks.erase(it);
  give_back(books, p, record);
}

// The live block at `p`, whole, or a report of what `call` was given instead.
Blocks::iterator find_whole(PmrBooks* books, const void* p, const char* call) {
  const auto it =
      find_live(books->blocks, p, call, "it is no block of this PmrAllocator, or was freed before");
  verify(it->first, it->second);
  return it;
}

// Of poisoned bytes, also those that a released resource left poisoned.
void make_fresh(char* p, size_t size) {
  unpoison(p, size);
  memset(p, kFreshByte, size);
  unpoison(p, size);  // written by us, not initialized by the user
}

void resize_in_place(char* p, Record* record, size_t size) {
  if (size > record->size) {
    make_fresh(p + record->size, size - record->size);
  } else {
    poison(p + size, record->size - size);
  }
  record->size = size;
  record->made = current_site;
}

}  // namespace

PmrBooks* pmr_books_open(std::pmr::memory_resource* resource) {
  auto* const books = new PmrBooks;
  books->resource = resource;
  books->keeps = resource == std::pmr::new_delete_resource();
  return books;
}

void pmr_books_close(PmrBooks* books) {
  for (const auto& [p, record] : books->blocks) {
    if (books->keeps && !record.is_freed) verify(p, record);
  }
  while (!books->held.empty()) release_oldest(books);
  delete books;
}

void* pmr_books_allocate(PmrBooks* books, size_t size, size_t align) {
  if (!is_valid_request(size, align)) return nullptr;
  const size_t front = front_of(align);
  // `size` is at most PTRDIFF_MAX, so this can't overflow; what it comes to has to be, too.
  const size_t bytes = whole_bytes(size, front);
  if (bytes > static_cast<size_t>(PTRDIFF_MAX)) return nullptr;
  char* const memory = static_cast<char*>(pmr_take(books->resource, bytes, front));
  if (memory == nullptr) return nullptr;
  const std::lock_guard lock(books->mutex);
  char* const p = memory + front;
  forget_overlapped(books, memory, memory + bytes);
  poison(memory, front);
  poison(p + size, bytes - front - size);
  make_fresh(p, size);
  books->blocks[p] = {size, size, align, current_site, Site{}, false};
  return p;
}

void* pmr_books_resize(PmrBooks* books, void* p, size_t size, size_t align) {
  if (!is_valid_request(size, align)) return nullptr;
  size_t old_size = 0;
  {
    const std::lock_guard lock(books->mutex);
    Record& record = find_whole(books, p, "realloc")->second;
    if (record.align != align) {
      die_here(
          "realloc with alignment %zu of a block that was allocated with %zu\n    the block: %s",
          align, record.align, facts_of(record).text);
    }
    if (size <= record.room) {
      resize_in_place(static_cast<char*>(p), &record, size);
      return p;
    }
    old_size = record.size;
  }
  void* const moved = pmr_books_allocate(books, size, align);
  if (moved == nullptr) return nullptr;
  memcpy(moved, p, old_size);
  pmr_books_free(books, p);
  return moved;
}

// Held back is what is there until we give it back: who releases another resource may do so
// with what we would hold, and we could not give it back any more.
void pmr_books_free(PmrBooks* books, void* p) {
  std::unique_lock lock(books->mutex);
  char* const c = static_cast<char*>(p);
  const auto it = find_whole(books, p, "free");
  if (!books->keeps) {
    const Record record = it->second;
    books->blocks.erase(it);
    lock.unlock();
    give_back(books, c, record);
    return;
  }
  it->second.is_freed = true;
  it->second.freed = current_site;
  poison(c, it->second.size);
  books->held.push_back(c);
  books->held_bytes += it->second.room;
  while (books->held_bytes > kHeldBytes && books->held.size() > 1) release_oldest(books);
}

namespace {

// In front of an over-aligned block, with guard bytes on both sides.
struct OverAligned {
  char* memory;
  size_t whole;
  size_t size;
  Site made;
  uintptr_t check;
};
constexpr size_t kOverAlignedGuard = 16;
static_assert(sizeof(OverAligned) + kOverAlignedGuard == kOverAlignedFront);

uintptr_t check_of(const char* p, const OverAligned& block) {
  return address(p) ^ address(block.memory) ^ block.whole ^ block.size ^ kLiveBlock;
}

}  // namespace

void open_over_aligned(char* memory, size_t whole, char* p, size_t size, Site made) {
  OverAligned block = {memory, whole, size, made, 0};
  block.check = check_of(p, block);
  poison(memory, distance(memory, p));
  poison(p + size, distance(p + size, memory + whole));
  write_hidden(p - kOverAlignedFront, block);
}

char* close_over_aligned(char* p, size_t align) {
  const char* const front = p - kOverAlignedFront;
  const bool is_aligned = address(p) % align == 0;
  const OverAligned block = is_aligned ? read_hidden<OverAligned>(front) : OverAligned{};
  if (!is_aligned || block.check != check_of(p, block)) {
    if (is_aligned && kChecker == Checker::kPattern && !is_poisoned(front, sizeof(block))) {
      die_here(
          "the record in front of the block at %p was overwritten\n"
          "    by a write before its start",
          static_cast<void*>(p));
    }
    die_here(
        "deallocate of a pointer that is not the start of a live block: %p\n"
        "    it was freed before, or allocated with another alignment",
        static_cast<void*>(p));
  }
  const char* damage = damage_around(block.memory, front, 0, front);  // in front of the record
  if (damage == nullptr) {
    damage = damage_around(p - kOverAlignedGuard, p, block.size, block.memory + block.whole);
  }
  if (damage != nullptr) die_of(damage, p, facts_of(block.size, block.made));
  unpoison_defined(block.memory, block.whole);
  return block.memory;
}

void open_empty(char* p) { poison(p, 1); }

void close_empty(char* p, Site made) {
  if (!is_untouched(p, 1)) die_of("write past the end of a block", p, facts_of(0, made));
  unpoison_defined(p, 1);
}

}  // namespace cex::detail

#endif
