// Copies of text keys, packed into pages: .copy_keys_arena_pgsize.
//
// A page is one block of the map's allocator. Within it copies lie side by side,
// rounded up to 8 bytes, with no header each. A deleted key's bytes go to a list of
// their size and serve the next key of that size, so inserting and deleting for
// ever does not take memory for ever. A key that would fill more than an eighth of a
// page, or is longer than 256 bytes, gets a block of its own.
#ifndef CEX_COLLECTIONS_INTERNAL_HM_KEY_PAGES_H_
#define CEX_COLLECTIONS_INTERNAL_HM_KEY_PAGES_H_

#include <stddef.h>

#include "cex/allocator.h"

namespace cex::detail {

class HmKeyPages {
 public:
  // nullptr when there is no memory. Gets its first page with its first key.
  static HmKeyPages* create(IAllocator a, size_t page_size, Site site);

  // `size` bytes, or nullptr.
  char* allocate(size_t size, Site site);

  // Takes back what allocate(size) gave.
  void release(char* p, size_t size, Site site);

  // Gives all pages back. Blocks of their own must have been released before.
  void clear(Site site);

  // clear(), and gives this object back too.
  void destroy(Site site);

  // Whether a key of `size` bytes has a block of its own.
  bool is_alone(size_t size) const { return size > largest_; }
  bool has_alone() const { return alone_ != 0; }

 private:
  static constexpr size_t kGrain = 8;
  static constexpr size_t kLargest = 256;

  struct Page {
    Page* next;
  };
  struct Free {
    Free* next;
  };

  IAllocator allocator_;
  size_t page_size_;
  size_t largest_;
  Page* pages_;
  char* cursor_;
  size_t left_;
  size_t alone_;  // keys that have blocks of their own
  Free* free_[kLargest / kGrain];
};

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HM_KEY_PAGES_H_
