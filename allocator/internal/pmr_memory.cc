#include "cex/allocator/internal/pmr_memory.h"

#include <string.h>

#include <new>

#include "cex/allocator/internal/bump_window.h"
#include "cex/pmr.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/shadow_access.h"

namespace cex {
namespace detail {

void pmr_out_of_memory([[maybe_unused]] Site site, [[maybe_unused]] size_t size,
                       [[maybe_unused]] size_t align) {
#ifdef __cpp_exceptions
  throw std::bad_alloc();
#else
  die(site, "out of memory: a std container asked for %zu byte%s at alignment %zu", size,
      plural(size), align);
#endif
}

#ifdef CEX_DETAIL_HAS_PMR

namespace {

uintptr_t address(const void* p) { return reinterpret_cast<uintptr_t>(p); }
constexpr size_t round_up(size_t n, size_t align) { return (n + align - 1) & ~(align - 1); }

struct Record {
  size_t room;  // bytes that the block may grow to where it lies
  uint32_t align;
  uint32_t spare;  // what a write right in front of the block hits
};
// What it takes in front of a block, at least.
constexpr size_t kLeastFront = kDefaultAlign < 16 ? 16 : kDefaultAlign;
static_assert(sizeof(Record) <= kLeastFront);

// From the resource's block to ours: room for the record at the block's alignment.
constexpr size_t front_of(size_t align) { return align > kLeastFront ? align : kLeastFront; }

// What a block takes from the resource. A multiple of its alignment, because the
// pools of libstdc++ before 15 may place other sizes without regard to it.
constexpr size_t whole_bytes(size_t room, size_t front) { return round_up(front + room, front); }

// What the resource throws must not get to a caller in C.
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

Record* record_of(void* block) { return static_cast<Record*>(block) - 1; }

Record read_record(void* p) {
  const bool is_aligned = address(p) % kDefaultAlign == 0;
  return is_aligned ? read_hidden<Record>(record_of(p)) : Record{};
}

void deallocate(std::pmr::memory_resource* resource, void* p, const Record& record) {
  const size_t front = front_of(record.align);
  char* const memory = static_cast<char*>(p) - front;
  const size_t bytes = whole_bytes(record.room, front);
  poison(memory, bytes);  // a stale pointer is not to find what was there
  // Defined: MemorySanitizer would hold it against whoever gets the memory next and writes
  // it in code that is not instrumented.
  unpoison_defined(memory, bytes);
  resource->deallocate(memory, bytes, front);
}

}  // namespace

void* pmr_malloc(std::pmr::memory_resource* resource, size_t size, size_t align) {
  const size_t front = front_of(align);
  size_t bytes = 0;
  if (__builtin_add_overflow(size, 2 * front, &bytes) || bytes > static_cast<size_t>(PTRDIFF_MAX)) {
    return nullptr;
  }
  bytes = whole_bytes(size, front);
  char* const memory = static_cast<char*>(take(resource, bytes, front));
  if (memory == nullptr) return nullptr;
  char* const p = memory + front;
  const Record record = {size, static_cast<uint32_t>(align), 0};
  unpoison(memory, bytes);  // a resource that was released may have left it poisoned
  poison(memory, front);
  write_hidden(record_of(p), record);
  poison(p + size, bytes - front - size);
  return p;
}

void* pmr_realloc(std::pmr::memory_resource* resource, void* p, size_t size, size_t align) {
  if (p == nullptr) return pmr_malloc(resource, size, align);
  const Record record = read_record(p);
  if (size <= record.room) return p;
  void* const moved = pmr_malloc(resource, size, align);
  if (moved == nullptr) return nullptr;
  memcpy(moved, p, record.room);
  deallocate(resource, p, record);
  return moved;
}

void pmr_free(std::pmr::memory_resource* resource, void* p) {
  deallocate(resource, p, read_record(p));
}

IAllocator pmr_scope_enter(IAllocator) {
  die_here("scope_enter on an allocator over a memory_resource, which has no scopes");
}

void pmr_scope_exit(IAllocator) {
  die_here("scope_exit on an allocator over a memory_resource, which has no scopes");
}

uint32_t pmr_scope_depth(IAllocator) { return 0; }

// In front of the bytes stands the pointer that freeing needs.
void* over_aligned_malloc(IAllocator a, size_t size, size_t align) {
  size_t more = 0;
  if (!is_power_of_two(align) || __builtin_add_overflow(size, align, &more) ||
      __builtin_add_overflow(more, sizeof(void*), &more) ||
      more > static_cast<size_t>(PTRDIFF_MAX)) {
    return nullptr;
  }
  char* const memory = static_cast<char*>(a->malloc(a, more, kDefaultAlign));
  if (memory == nullptr) return nullptr;
  char* const p = memory + (round_up(address(memory) + sizeof(void*), align) - address(memory));
  memcpy(p - sizeof(void*), &memory, sizeof(void*));
  return p;
}

void over_aligned_free(IAllocator a, void* p) {
  void* memory = nullptr;
  memcpy(&memory, static_cast<char*>(p) - sizeof(void*), sizeof(void*));
  a->free(a, memory);
}

#endif

}  // namespace detail

#ifdef CEX_DETAIL_HAS_PMR

// `other` may come from code without RTTI, where a dynamic_cast of it would crash.
// The class is final and its virtual functions are defined once, so that all its
// objects, and no others, have one virtual table, which the ABI puts first.
bool PmrResource::do_is_equal(const std::pmr::memory_resource& other) const noexcept {
  if (this == &other) return true;
  const void* mine = nullptr;
  const void* theirs = nullptr;
  memcpy(&mine, static_cast<const void*>(this), sizeof(mine));
  memcpy(&theirs, static_cast<const void*>(&other), sizeof(theirs));
  return mine == theirs && static_cast<const PmrResource&>(other).allocator_ == allocator_;
}

#endif

}  // namespace cex
