#include "cex/pmr.h"

#include <string.h>

#include <new>

#include "cex/allocator/internal/block.h"
#include "cex/allocator/internal/pmr_checked.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/shadow_access.h"

namespace cex {
namespace detail {

void pmr_out_of_memory([[maybe_unused]] Site site, [[maybe_unused]] size_t size,
                       [[maybe_unused]] size_t align) {
#ifdef __cpp_exceptions
  throw std::bad_alloc();
#else
  die(site, "out of memory: a std container asked for %zu bytes at alignment %zu", size, align);
#endif
}

namespace {

inline constexpr uint32_t kPmrMagic = 0xcea1b0b7;

const PmrAllocator::State* state_of(IAllocator self) {
  return reinterpret_cast<const PmrAllocator::State*>(self);
}

#ifdef CEX_TEST

void* allocate(IAllocator self, size_t size, size_t align) {
  return pmr_books_allocate(state_of(self)->books, size, align);
}

void* pmr_realloc(IAllocator self, void* p, size_t size, size_t align) {
  if (p == nullptr) return allocate(self, size, align);
  return pmr_books_resize(state_of(self)->books, p, size, align);
}

void* pmr_free(IAllocator self, void* p) {
  if (p != nullptr) pmr_books_free(state_of(self)->books, p);
  return nullptr;
}

#else

struct Record {
  size_t room;  // bytes that the block may grow to where it lies
  uint32_t align;
  uint32_t check;  // from the block's address: who reads a dump knows the record by it
};
static_assert(sizeof(Record) == kDefaultAlign);

uint32_t check_of(const void* block) {
  return static_cast<uint32_t>(address(block) >> 4) ^ kPmrMagic;
}

// From the resource's block to ours: room for the record at the block's alignment.
constexpr size_t front_of(size_t align) { return align > sizeof(Record) ? align : sizeof(Record); }

// What a block takes from the resource. A multiple of its alignment, because the
// pools of libstdc++ before 15 may place other sizes without regard to it.
constexpr size_t whole_bytes(size_t room, size_t front) { return round_up(front + room, front); }

// What is behind the room of a block, up to the very end of what was taken.
constexpr size_t bytes_behind(size_t room, size_t front) {
  return whole_bytes(room, front) - front - room;
}

Record* record_of(void* block) { return static_cast<Record*>(block) - 1; }

void* allocate(IAllocator self, size_t size, size_t align) {
  if (!is_valid_request(size, align)) return nullptr;
  const size_t front = front_of(align);
  size_t bytes = 0;
  if (__builtin_add_overflow(size, 2 * front, &bytes) || bytes > static_cast<size_t>(PTRDIFF_MAX)) {
    return nullptr;
  }
  bytes = whole_bytes(size, front);
  char* const memory = static_cast<char*>(pmr_take(state_of(self)->resource, bytes, front));
  if (memory == nullptr) return nullptr;
  char* const p = memory + front;
  const Record record = {size, static_cast<uint32_t>(align), check_of(p)};
  poison(memory, front);
  write_hidden(record_of(p), record);
  poison(p + size, bytes_behind(size, front));
  return p;
}

Record read_record(void* p) {
  const bool is_aligned = address(p) % kDefaultAlign == 0;
  return is_aligned ? read_hidden<Record>(record_of(p)) : Record{};
}

void give_back(IAllocator self, void* p, const Record& record) {
  const size_t front = front_of(record.align);
  char* const memory = static_cast<char*>(p) - front;
  const size_t bytes = whole_bytes(record.room, front);
  unpoison_defined(memory, bytes);  // as a page that goes back: see pages.cc
  state_of(self)->resource->deallocate(memory, bytes, front);
}

void* pmr_realloc(IAllocator self, void* p, size_t size, size_t align) {
  if (p == nullptr) return allocate(self, size, align);
  if (!is_valid_request(size, align)) return nullptr;
  const Record record = read_record(p);
  if (size <= record.room) return p;
  void* const moved = allocate(self, size, align);
  if (moved == nullptr) return nullptr;
  memcpy(moved, p, record.room);
  give_back(self, p, record);
  return moved;
}

void* pmr_free(IAllocator self, void* p) {
  if (p != nullptr) give_back(self, p, read_record(p));
  return nullptr;
}

#endif

void* pmr_malloc(IAllocator self, size_t size, size_t align) { return allocate(self, size, align); }

void* pmr_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  void* const p = allocate(self, bytes, align);
  return p != nullptr ? memset(p, 0, bytes) : nullptr;
}

IAllocator pmr_scope_enter(IAllocator) {
  die_here("scope_enter on an allocator over a memory_resource, which has no scopes");
}

void pmr_scope_exit(IAllocator) {
  die_here("scope_exit on an allocator over a memory_resource, which has no scopes");
}

uint32_t pmr_scope_depth(IAllocator) { return 0; }

constexpr Allocator_i kPmrInterface = {
    pmr_malloc,      pmr_calloc,     pmr_realloc,     pmr_free,
    pmr_scope_enter, pmr_scope_exit, pmr_scope_depth, {kPmrMagic, false, false},
};

}  // namespace
}  // namespace detail

PmrResource::PmrResource(IAllocator a, [[maybe_unused]] Site site) : allocator_(a) {
#ifdef CEX_TEST
  site_ = site;
#endif
}

void* PmrResource::do_allocate(size_t bytes, size_t align) {
  [[maybe_unused]] const bool is_empty = bytes == 0;
  if (bytes == 0) bytes = 1;
  void* const p = align <= detail::kMaxAlign ? mem_malloc(allocator_, bytes, align, site())
                                             : allocate_over_aligned(bytes, align);
  if (p == nullptr) detail::pmr_out_of_memory(site(), bytes, align);
#ifdef CEX_TEST
  if (is_empty) detail::open_empty(static_cast<char*>(p));
#endif
  return p;
}

// In front of the bytes stands what deallocating needs: the pointer, or what the checks have.
void* PmrResource::allocate_over_aligned(size_t bytes, size_t align) {
#ifdef CEX_TEST
  constexpr size_t kFrontBytes = detail::kOverAlignedFront;
  const size_t behind = align;  // what is written to the element behind the last one stays here
#else
  constexpr size_t kFrontBytes = sizeof(void*);
  constexpr size_t behind = 0;
#endif
  size_t more = 0;
  if (!detail::is_power_of_two(align) || __builtin_add_overflow(bytes, align, &more) ||
      __builtin_add_overflow(more, kFrontBytes + behind, &more)) {
    return nullptr;
  }
  // AddressSanitizer cannot poison half of 8 bytes.
  if (kChecked) more = detail::round_up(more, detail::kDefaultAlign);
  char* const memory = mem_malloc(allocator_, more, detail::kDefaultAlign, site());
  if (memory == nullptr) return nullptr;
  const size_t offset =
      detail::round_up(detail::address(memory) + kFrontBytes, align) - detail::address(memory);
  char* const p = memory + offset;
#ifdef CEX_TEST
  detail::open_over_aligned(memory, more, p, bytes, site());
#else
  memcpy(p - kFrontBytes, &memory, kFrontBytes);
#endif
  return p;
}

void PmrResource::do_deallocate(void* p, [[maybe_unused]] size_t bytes, size_t align) {
  [[maybe_unused]] const detail::CallSite call(site());
#ifdef CEX_TEST
  if (bytes == 0) detail::close_empty(static_cast<char*>(p), site());
  if (align > detail::kMaxAlign) p = detail::close_over_aligned(static_cast<char*>(p), align);
#else
  if (align > detail::kMaxAlign) {
    memcpy(&p, static_cast<char*>(p) - sizeof(void*), sizeof(void*));
  }
#endif
  allocator_->free(allocator_, p);
}

// `other` may come from code without RTTI, where a dynamic_cast of it would crash.
// The class is final and its virtual functions are defined here, so that all its
// objects, and no others, have this one's virtual table, which the ABI puts first.
bool PmrResource::do_is_equal(const std::pmr::memory_resource& other) const noexcept {
  if (this == &other) return true;
  const void* mine = nullptr;
  const void* theirs = nullptr;
  memcpy(&mine, static_cast<const void*>(this), sizeof(mine));
  memcpy(&theirs, static_cast<const void*>(&other), sizeof(theirs));
  return mine == theirs && static_cast<const PmrResource&>(other).allocator_ == allocator_;
}

#ifdef CEX_TEST
PmrAllocator::PmrAllocator(std::pmr::memory_resource* resource, Site site)
    : state_{detail::kPmrInterface, resource, detail::pmr_books_open(resource)}, site_(site) {}

PmrAllocator::~PmrAllocator() {
  const detail::CallSite call(site_);
  detail::pmr_books_close(state_.books);
}
#else
PmrAllocator::PmrAllocator(std::pmr::memory_resource* resource)
    : state_{detail::kPmrInterface, resource} {}
#endif

}  // namespace cex
