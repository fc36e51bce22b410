#include "cex/internal/hm_key_pages.h"

#include <new>

namespace cex::detail {
namespace {

constexpr size_t kMinPage = 256;

// Rounded up; a key has at least its NUL, so there is no 0.
constexpr size_t grains(size_t size) { return (size + 7) / 8; }

}  // namespace

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
    Free* const slot = free_[list];
    free_[list] = slot->next;
    return reinterpret_cast<char*>(slot);
  }
  const size_t bytes = grains(size) * kGrain;
  if (bytes > left_) {
    // What is left of the old page is less than an eighth of it.
    Page* const page = mem_malloc(allocator_, page_size_, alignof(Page), site);
    if (page == nullptr) return nullptr;
    page->next = pages_;
    pages_ = page;
    cursor_ = reinterpret_cast<char*>(page + 1);
    left_ = (page_size_ - sizeof(Page)) & ~(kGrain - 1);
  }
  char* const p = cursor_;
  cursor_ += bytes;
  left_ -= bytes;
  return p;
}

void HmKeyPages::release(char* p, size_t size, Site site) {
  if (is_alone(size)) {
    mem_free(allocator_, p, site);
    --alone_;
    return;
  }
  const size_t list = grains(size) - 1;
  free_[list] = ::new (static_cast<void*>(p)) Free{free_[list]};
}

void HmKeyPages::clear(Site site) {
  while (pages_ != nullptr) {
    Page* page = pages_;
    pages_ = page->next;
    mem_free(allocator_, page, site);
  }
  for (Free*& list : free_) list = nullptr;
  cursor_ = nullptr;
  left_ = 0;
}

void HmKeyPages::destroy(Site site) {
  clear(site);
  const IAllocator a = allocator_;
  HmKeyPages* self = this;
  mem_free(a, self, site);
}

}  // namespace cex::detail
