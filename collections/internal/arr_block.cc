#include "cex/collections/internal/arr_block.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cex/collections/internal/handle.h"
#include "cex/sanitizer.h"

namespace cex::detail {
namespace {

// The bytes of a block for `capacity` elements; 0 where no block can be so large.
size_t block_size(ArrLayout layout, size_t capacity) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(capacity, static_cast<size_t>(layout.size), &bytes)) return 0;
  if (__builtin_add_overflow(bytes, layout.offset(), &bytes)) return 0;
  if (bytes > static_cast<size_t>(PTRDIFF_MAX)) return 0;
  // guard_all_blocks(), which is for such builds, aligns a block as its size is.
  constexpr size_t kAlign = kChecker == Checker::kPattern ? alignof(ArrHeader) : 1;
  return (bytes + kAlign - 1) / kAlign * kAlign;
}

#ifdef CEX_TEST
constexpr uint64_t kGuard = UINT64_MAX / 0xff * kPoisonByte;

// Differs for two headers of which one was overwritten, or lies elsewhere.
uint64_t mark_of(const ArrHeader* header) {
  uint64_t mark = 0;
  uint64_t slack;
  static_assert(sizeof(slack) == sizeof(header->slack));
  memcpy(&slack, &header->slack, sizeof(slack));
  for (const uint64_t word :
       {reinterpret_cast<uint64_t>(header), uint64_t{header->capacity},
        reinterpret_cast<uint64_t>(header->allocator), uint64_t{header->element_size}, slack}) {
    mark = (mark ^ word) * 0x9e37'79b9'7f4a'7c15;
  }
  return mark;
}

// To be called when any of what the mark is made of has changed, as watch_slack() does.
void seal(ArrHeader* header) {
  header->mark = mark_of(header);
  for (uint64_t& word : header->guard) word = kGuard;
}

// Whether it still is as seal() left it, but for the length.
bool is_whole(const ArrHeader* header) {
  for (const uint64_t word : header->guard) {
    if (word != kGuard) return false;
  }
  return header->magic == kArrMagic && header->mark == mark_of(header) &&
         header->length <= header->capacity;
}

// Whether it is a live array's, whatever was written to its magic.
bool is_marked(const ArrHeader* header) {
  return header->magic != kArrFreed && header->mark == mark_of(header);
}

[[noreturn, gnu::cold]] void die_of_slack(const void* at, const void* elements, ArrLayout layout,
                                          Site site) {
  const size_t offset =
      static_cast<size_t>(static_cast<const char*>(at) - static_cast<const char*>(elements));
  const ArrHeader* const header = arr_header(elements);
  die(site,
      "write past the last element of an array, at %p\n"
      "  element %zu of a capacity of %zu was written to while there was none\n"
      "  there %s %zu; pointers to others are no longer good",
      at, offset / layout.size, header->capacity, header->length == 1 ? "is" : "are",
      header->length);
}

constexpr RoomWatch kPastLast = {
    "write past the last element of an array",
    [](const void* elements, const void*) -> const void* {
      const ArrHeader* const header = arr_header(elements);
      if (!is_whole(header)) return nullptr;
      return header->slack.find_written(elements, header->length * header->element_size, SIZE_MAX);
    },
};

// From here on what is behind the last element is not to be touched.
void watch_slack(void* elements, ArrLayout layout) {
  ArrHeader* const header = arr_header(elements);
  const char* const block = static_cast<char*>(elements) - layout.offset();
  const size_t bytes = block_size(layout, header->capacity);
  header->slack.watch(header->allocator, block, elements, header->length * layout.size,
                      bytes - layout.offset());
  guarded_watch(block, bytes, &kPastLast, elements);
  seal(header);
}

// Until the block is resized or freed.
void open_slack(void* elements, ArrLayout layout, Site site) {
  const ArrHeader* const header = arr_header(elements);
  const void* const at = header->slack.open_all(elements, header->length * layout.size);
  if (at != nullptr) die_of_slack(at, elements, layout, site);
}
#else
void watch_slack(void*, ArrLayout) {}
void open_slack(void*, ArrLayout, Site) {}
bool is_whole(const ArrHeader*) { return true; }
bool is_marked(const ArrHeader*) { return false; }
#endif

[[noreturn, gnu::cold]] void die_of_memory(ArrLayout layout, size_t length, size_t capacity,
                                           size_t wanted, const Op& op) {
  const size_t bytes = block_size(layout, wanted);
  if (bytes == 0) {
    die(op.site,
        "%s: out of memory\n"
        "  %zu elements wanted: a negative number, or more than a block can have",
        op.name, wanted);
  }
  die(op.site,
      "%s: out of memory\n"
      "  %zu elements of %u bytes in use, capacity %zu, %zu wanted (%zu bytes)",
      op.name, length, static_cast<unsigned>(layout.size), capacity, wanted, bytes);
}

void* resize(void* elements, ArrLayout layout, size_t capacity, const Op& op) {
  ArrHeader* header = arr_header(elements);
  const size_t bytes = block_size(layout, capacity);
  char* block = static_cast<char*>(elements) - layout.offset();
  char* moved = nullptr;
  open_slack(elements, layout, op.site);
  if (bytes != 0) {
    moved = mem_realloc(header->allocator, block, bytes, layout.block_align(), op.site);
  }
  if (moved == nullptr) {
    watch_slack(elements, layout);
    if (op.on_failure == OnFailure::kReturnNull) return nullptr;
    die_of_memory(layout, header->length, header->capacity, capacity, op);
  }
  void* const result = moved + layout.offset();
  header = arr_header(result);
  header->capacity = capacity;
  watch_slack(result, layout);
  return result;
}

}  // namespace

void* arr_allocate(IAllocator a, ArrLayout layout, size_t capacity, const Op& op) {
  if (a == nullptr) die(op.site, "%s: the allocator is null", op.name);
  if (capacity < kArrMinCapacity) capacity = kArrMinCapacity;
  const size_t bytes = block_size(layout, capacity);
  char* block = nullptr;
  if (bytes != 0) block = mem_malloc(a, bytes, layout.block_align(), op.site);
  if (block == nullptr) {
    if (op.on_failure == OnFailure::kReturnNull) return nullptr;
    die_of_memory(layout, 0, 0, capacity, op);
  }
  void* const elements = block + layout.offset();
  *arr_header(elements) = {capacity, 0, a, kArrMagic, layout.size};
  watch_slack(elements, layout);
  return elements;
}

void* arr_grow(void* elements, ArrLayout layout, size_t more, const Op& op) {
  arr_verify(elements, layout, op.name, op.site);
  const ArrHeader* header = arr_header(elements);
  size_t needed = 0;
  if (__builtin_add_overflow(header->length, more, &needed)) needed = SIZE_MAX;
  if (needed <= header->capacity) return elements;
  // A capacity is at most PTRDIFF_MAX, so doubling it can't overflow.
  size_t capacity = header->capacity * 2;
  if (capacity < needed) capacity = needed;
  return resize(elements, layout, capacity, op);
}

void* arr_set_capacity(void* elements, ArrLayout layout, size_t capacity, const Op& op) {
  arr_verify(elements, layout, op.name, op.site);
  const ArrHeader* header = arr_header(elements);
  if (capacity < header->length) capacity = header->length;
  if (capacity < kArrMinCapacity) capacity = kArrMinCapacity;
  if (capacity == header->capacity) return elements;
  return resize(elements, layout, capacity, op);
}

void* arr_append_format(void* elements, const Op& op, const char* format, va_list arguments) {
  const ArrLayout layout = arr_layout<char>();
  va_list again;
  va_copy(again, arguments);
  const int characters = vsnprintf(nullptr, 0, format, again);
  va_end(again);
  const ArrHeader* const header = arr_header(elements);
  const size_t length = header->length;
  const auto no_memory = [&](size_t wanted) -> void* {
    if (op.on_failure == OnFailure::kReturnNull) return nullptr;
    die_of_memory(layout, length, header->capacity, wanted, op);
  };
  // As printf() may be, which allocates for long numbers.
  if (characters < 0 && errno == ENOMEM) return no_memory(length);
  if (characters < 0) die(op.site, "%s: vsnprintf refuses the format, or an argument", op.name);
  const size_t size = static_cast<size_t>(characters) + 1;  // with a NUL
  void* grown = elements;
  if (size > header->capacity - length) {
    // Into another block, not by resizing this one: an argument may be text that lies in it.
    size_t capacity = 2 * header->capacity;
    size_t needed = 0;
    if (__builtin_add_overflow(length, size, &needed)) needed = SIZE_MAX;
    if (capacity < needed) capacity = needed;
    grown = arr_allocate(header->allocator, layout, capacity,
                         {op.name, op.site, OnFailure::kReturnNull});
    if (grown == nullptr) return no_memory(needed);
    arr_use(grown, layout, 0, length, op.site);
    memcpy(grown, elements, length);
    arr_header(grown)->length = length;
  }
  arr_use(grown, layout, length, size, op.site);
  if (vsnprintf(static_cast<char*>(grown) + length, size, format, arguments) != characters) {
    arr_drop(grown, layout, length, size);
    if (grown != elements) arr_release(grown, layout, op.name, op.site);
    return no_memory(length + size);
  }
  arr_drop(grown, layout, length + size - 1, 1);
  arr_header(grown)->length = length + size - 1;
  if (grown != elements) arr_release(elements, layout, op.name, op.site);
  return grown;
}

void arr_release(void* elements, ArrLayout layout, const char* call, Site site) {
  if (elements == nullptr) return;
  arr_verify(elements, layout, call, site);
  open_slack(elements, layout, site);
  ArrHeader* header = arr_header(elements);
  const IAllocator a = header->allocator;
  // A copy of the handle that is used later finds this, in release builds too for
  // as long as nothing else has been given the memory.
  header->magic = kArrFreed;
  char* block = static_cast<char*>(elements) - layout.offset();
  mem_free(a, block, site);
}

void arr_verify(const void* elements, ArrLayout layout, const char* call, Site site) {
  [[maybe_unused]] const CallSite user(site);  // for guard pages, where reading the header faults
  if (elements == nullptr) [[unlikely]]
    arr_die_of_null(call, site);
  check_handle(elements, call, site);
  const ArrHeader* header = arr_header(elements);
  // Asked first, so that the message is this one and not the sanitizer's.
  const bool gone = is_forbidden(&header->magic, sizeof(header->magic));
  if (gone || (header->magic != kArrMagic && !is_marked(header))) [[unlikely]] {
    die(site,
        "%s: use of an array that is no longer there\n"
        "  it was freed, or moved when a copy of this handle made it grow, or the mem$scope that "
        "it was allocated in has ended",
        call);
  }
  if (!is_whole(header)) [[unlikely]] {
    die(site,
        "%s: write before the first element of the array at %p\n"
        "  what the array keeps in front of its elements was overwritten",
        call, elements);
  }
  if (header->element_size != layout.size) [[unlikely]] {
    die(site, "%s: the array has elements of %u bytes, the handle's type has %u", call,
        static_cast<unsigned>(header->element_size), static_cast<unsigned>(layout.size));
  }
}

void arr_open([[maybe_unused]] void* elements, [[maybe_unused]] ArrLayout layout,
              [[maybe_unused]] size_t from, [[maybe_unused]] size_t count,
              [[maybe_unused]] Site site) {
#ifdef CEX_TEST
  const void* const at =
      arr_header(elements)->slack.open(elements, from * layout.size, (from + count) * layout.size);
  if (at != nullptr) die_of_slack(at, elements, layout, site);
#endif
}

void arr_close([[maybe_unused]] void* elements, [[maybe_unused]] ArrLayout layout,
               [[maybe_unused]] size_t from, [[maybe_unused]] size_t count) {
#ifdef CEX_TEST
  arr_header(elements)->slack.close(elements, from * layout.size, (from + count) * layout.size);
#endif
}

void arr_die_of_null(const char* call, Site site) {
  die(site, "%s: the array is null\n  make it with arr$new(a, allocator) first", call);
}

void arr_die_of_empty(const char* call, Site site) { die(site, "%s: the array is empty", call); }

}  // namespace cex::detail
