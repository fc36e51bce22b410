#include "cex/collections/internal/hm_key_pages.h"

#include <string.h>

#include <algorithm>
#include <new>

#include "cex/report.h"
#include "cex/sanitizer.h"

namespace cex::detail {
namespace {

constexpr size_t kMinPage = 256;

// Rounded up; a key has at least its NUL, so there is no 0.
constexpr size_t grains(size_t size) { return (size + 7) / 8; }

#ifdef CEX_TEST
// As is_poisoned() where there is no tool.
bool has_pattern(const void* p, size_t size) {
  const unsigned char* const bytes = static_cast<const unsigned char*>(p);
  return std::all_of(bytes, bytes + size, [](unsigned char byte) { return byte == kPoisonByte; });
}
#endif

}  // namespace

#ifdef CEX_TEST
HmKeyPages::Slot* HmKeyPages::make_slot(char* memory) {
  Slot* const slot = ::new (static_cast<void*>(memory)) Slot{nullptr, newest_, 0, false, {}};
  memset(slot->guard, kPoisonByte, sizeof(slot->guard));
  newest_ = slot;
  return slot;
}

char* HmKeyPages::take(Slot* slot, size_t size) {
  char* const p = reinterpret_cast<char*>(slot + 1);
  slot->size = static_cast<uint32_t>(size);
  slot->is_free = false;
  memset(p + size, kPoisonByte, reach(size) - size);
  return p;
}

HmKeyPages::Slot* HmKeyPages::give_back(char* p, size_t* size, Site site) {
  Slot* const slot = reinterpret_cast<Slot*>(p) - 1;
  check_slot(slot, site);
  *size = slot->size;  // whatever its text has become
  slot->is_free = true;
  memset(p, kPoisonByte, reach(*size));
  return slot;
}

void HmKeyPages::check_slot(const Slot* slot, Site site) {
  const char* const key = reinterpret_cast<const char*>(slot + 1);
  const void* const at = key;
  if (!has_pattern(slot->guard, sizeof(slot->guard))) {
    die(site, "write before the first character of a copied key, at %p", at);
  }
  const size_t size = slot->size;
  if (slot->is_free && !has_pattern(key, reach(size))) {
    die(site, "write to a copied key that was deleted, at %p", at);
  }
  if (!slot->is_free && !has_pattern(key + size, reach(size) - size)) {
    die(site, "write past the end of a copied key, at %p\n    the key: %zu bytes, \"%.*s\"", at,
        size, static_cast<int>(size), key);
  }
}
#else
HmKeyPages::Slot* HmKeyPages::make_slot(char* memory) { return reinterpret_cast<Slot*>(memory); }
char* HmKeyPages::take(Slot* slot, size_t) { return reinterpret_cast<char*>(slot); }
HmKeyPages::Slot* HmKeyPages::give_back(char* p, size_t*, Site) {
  return ::new (static_cast<void*>(p)) Slot;
}
void HmKeyPages::check_slot(const Slot*, Site) {}
#endif

HmKeyPages* HmKeyPages::create(IAllocator a, size_t page_size, Site site) {
  void* const memory = mem_malloc(a, sizeof(HmKeyPages), alignof(HmKeyPages), site);
  if (memory == nullptr) return nullptr;
  HmKeyPages* const pages = ::new (memory) HmKeyPages{};
  pages->allocator_ = a;
  pages->page_size_ = page_size < kMinPage ? kMinPage : page_size;
  const size_t eighth = pages->page_size_ / 8;
  pages->largest_ = eighth < kLargest ? eighth : kLargest;
  return pages;
}

char* HmKeyPages::allocate(size_t size, Site site) {
  if (is_alone(size)) {
    char* const alone = mem_malloc(allocator_, size, 1, site);
    alone_ += alone != nullptr;
    return alone;
  }
  const size_t list = grains(size) - 1;
  if (free_[list] != nullptr) {
    Slot* const slot = free_[list];
    check_slot(slot, site);
    free_[list] = slot->next;
    return take(slot, size);
  }
  const size_t bytes = kFront + reach(size);
  if (bytes > left_) {
    // What is left of the old page is less than an eighth of it.
    Page* const page = mem_malloc(allocator_, page_size_, alignof(Page), site);
    if (page == nullptr) return nullptr;
    page->next = pages_;
    pages_ = page;
    cursor_ = reinterpret_cast<char*>(page + 1);
    left_ = (page_size_ - sizeof(Page)) & ~(kGrain - 1);
  }
  Slot* const slot = make_slot(cursor_);
  cursor_ += bytes;
  left_ -= bytes;
  return take(slot, size);
}

void HmKeyPages::release(char* p, size_t size, Site site) {
  if (is_alone(size)) {
    mem_free(allocator_, p, site);
    --alone_;
    return;
  }
  Slot* const slot = give_back(p, &size, site);
  const size_t list = grains(size) - 1;
  slot->next = free_[list];
  free_[list] = slot;
}

void HmKeyPages::clear(Site site) {
  while (pages_ != nullptr) {
    Page* page = pages_;
    pages_ = page->next;
    mem_free(allocator_, page, site);
  }
  for (Slot*& list : free_) list = nullptr;
  cursor_ = nullptr;
  left_ = 0;
#ifdef CEX_TEST
  newest_ = nullptr;
#endif
}

void HmKeyPages::destroy(Site site) {
  clear(site);
  const IAllocator a = allocator_;
  HmKeyPages* self = this;
  mem_free(a, self, site);
}

}  // namespace cex::detail
