#include "cex/pmr.h"

#include <string.h>

#include <new>

#include "cex/hidden.h"
#include "cex/internal/block.h"
#include "cex/report.h"

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

struct Record {
  size_t room;  // bytes that the block may grow to where it lies
  uint32_t align;
  uint32_t check;  // from the block's address, so that a stray pointer has no such record
};
static_assert(sizeof(Record) == kDefaultAlign);

// The least number of poisoned bytes behind the room of a block.
constexpr size_t kGuard = kChecked ? 16 : 0;

uint32_t check_of(const void* block) {
  return static_cast<uint32_t>(address(block) >> 4) ^ kPmrMagic;
}

// From the resource's block to ours: room for the record at the block's alignment.
constexpr size_t front_of(size_t align) { return align > sizeof(Record) ? align : sizeof(Record); }

// What a block takes from the resource. A multiple of its alignment, because the
// pools of libstdc++ before 15 may place other sizes without regard to it.
constexpr size_t whole_bytes(size_t room, size_t front) {
  return round_up(front + room + kGuard, front);
}

// Poisoned bytes behind the room of a block: up to the very end of what was taken,
// since AddressSanitizer cannot poison half of 8 bytes.
constexpr size_t guard_bytes(size_t room, size_t front) {
  return whole_bytes(room, front) - front - room;
}

Record* record_of(void* block) { return static_cast<Record*>(block) - 1; }

std::pmr::memory_resource* resource_of(IAllocator self) {
  return reinterpret_cast<const PmrAllocator::State*>(self)->resource;
}

// The resource's memory, or null: what it throws must not get to a caller in C.
void* take(std::pmr::memory_resource* resource, size_t bytes, size_t align) {
#ifdef __cpp_exceptions
  try {
    return resource->allocate(bytes, align);
  } catch (...) {
    return nullptr;
  }
#else
  return resource->allocate(bytes, align);
#endif
}

void* allocate(IAllocator self, size_t size, size_t align) {
  if (!is_valid_request(size, align)) return nullptr;
  const size_t front = front_of(align);
  size_t bytes = 0;
  if (__builtin_add_overflow(size, 2 * front + kGuard, &bytes) ||
      bytes > static_cast<size_t>(PTRDIFF_MAX)) {
    return nullptr;
  }
  bytes = whole_bytes(size, front);
  char* const memory = static_cast<char*>(take(resource_of(self), bytes, front));
  if (memory == nullptr) return nullptr;
  char* const p = memory + front;
  const Record record = {size, static_cast<uint32_t>(align), check_of(p)};
  poison(memory, front);
  write_hidden(record_of(p), record);
  if (kChecked) {
    memset(p, kFreshByte, size);
    unpoison(p, size);  // written by us, not initialized by the user
  }
  poison(p + size, guard_bytes(size, front));
  return p;
}

// The record of a live block, or under CEX_TEST a report of what `call` was given.
Record checked_record(void* p, const char* call) {
  const bool is_aligned = address(p) % kDefaultAlign == 0;
  const Record record = is_aligned ? read_hidden<Record>(record_of(p)) : Record{};
  if (kChecked && record.check != check_of(p)) {
    die_here(
        "%s of a pointer that this allocator does not own: %p\n"
        "    it is no block of this memory_resource, lies inside one, or was freed before",
        call, p);
  }
  if (kChecked && !is_poisoned(static_cast<char*>(p) + record.room,
                               guard_bytes(record.room, front_of(record.align)))) {
    die_here("write past the end of a block at %p\n    the block: %zu bytes", p, record.room);
  }
  return record;
}

void give_back(IAllocator self, void* p, const Record& record) {
  const size_t front = front_of(record.align);
  char* const memory = static_cast<char*>(p) - front;
  const size_t bytes = whole_bytes(record.room, front);
  if (kChecked) write_hidden(&record_of(p)->check, uint32_t{0});
  unpoison_defined(memory, bytes);  // as a page that goes back: see pages.cc
  resource_of(self)->deallocate(memory, bytes, front);
}

void* pmr_malloc(IAllocator self, size_t size, size_t align) { return allocate(self, size, align); }

void* pmr_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  void* const p = allocate(self, bytes, align);
  return p != nullptr ? memset(p, 0, bytes) : nullptr;
}

void* pmr_realloc(IAllocator self, void* p, size_t size, size_t align) {
  if (p == nullptr) return allocate(self, size, align);
  if (!is_valid_request(size, align)) return nullptr;
  const Record record = checked_record(p, "realloc");
  if (kChecked && record.align != align) {
    die_here("realloc with alignment %zu of a block that was allocated with %u", align,
             record.align);
  }
  if (size <= record.room) return p;
  void* const moved = allocate(self, size, align);
  if (moved == nullptr) return nullptr;
  memcpy(moved, p, record.room);
  give_back(self, p, record);
  return moved;
}

void* pmr_free(IAllocator self, void* p) {
  if (p != nullptr) give_back(self, p, checked_record(p, "free"));
  return nullptr;
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
  if (bytes == 0) bytes = 1;
  void* const p = align <= detail::kMaxAlign ? mem_malloc(allocator_, bytes, align, site())
                                             : allocate_over_aligned(bytes, align);
  if (p == nullptr) detail::pmr_out_of_memory(site(), bytes, align);
  return p;
}

// The pointer that deallocating needs stands in front of the bytes.
void* PmrResource::allocate_over_aligned(size_t bytes, size_t align) {
  constexpr size_t kFrontBytes = sizeof(void*);
  size_t more = 0;
  if (!detail::is_power_of_two(align) || __builtin_add_overflow(bytes, align, &more) ||
      __builtin_add_overflow(more, kFrontBytes, &more)) {
    return nullptr;
  }
  char* const memory = mem_malloc(allocator_, more, detail::kDefaultAlign, site());
  if (memory == nullptr) return nullptr;
  const size_t offset =
      detail::round_up(detail::address(memory) + kFrontBytes, align) - detail::address(memory);
  char* const p = memory + offset;
  memcpy(p - kFrontBytes, &memory, kFrontBytes);
  return p;
}

void PmrResource::do_deallocate(void* p, size_t, size_t align) {
  if (align > detail::kMaxAlign) {
    memcpy(&p, static_cast<char*>(p) - sizeof(void*), sizeof(void*));
  }
  [[maybe_unused]] const detail::CallSite call(site());
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

PmrAllocator::PmrAllocator(std::pmr::memory_resource* resource)
    : state_{detail::kPmrInterface, resource} {}

}  // namespace cex
