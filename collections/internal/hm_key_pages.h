// Copies of text keys, packed into pages: .copy_keys_arena_pgsize.
//
// A page is one block of the map's allocator. Within it copies lie side by side,
// rounded up to 8 bytes, with no header each. A deleted key's bytes go to a list of
// their size and serve the next key of that size, so inserting and deleting for
// ever does not take memory for ever. A key that would fill more than an eighth of a
// page, or is longer than 256 bytes, gets a block of its own.
//
// Under CEX_TEST each key in a page stands between guard bytes, behind a record of its
// own, and a deleted key's bytes are poisoned: what was written where nothing should be is
// reported when the key is deleted, when its bytes serve the next one, and when the map is
// cleared or freed. All this is a pattern under any tool: to that a page is one block.
#ifndef CEX_COLLECTIONS_INTERNAL_HM_KEY_PAGES_H_
#define CEX_COLLECTIONS_INTERNAL_HM_KEY_PAGES_H_

#include <stddef.h>
#include <stdint.h>

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

  // Under CEX_TEST: reports a write past or before a key, or to one that was deleted.
  void check([[maybe_unused]] Site site) const {
#ifdef CEX_TEST
    for (const Slot* slot = newest_; slot != nullptr; slot = slot->older) check_slot(slot, site);
#endif
  }

  // Frees all pages. Blocks of their own must have been released before.
  void clear(Site site);

  // clear(), and frees this object too.
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
  // Of a key: its record, which ends where it begins, or what its bytes are while no key
  // has them.
  struct Slot {
    Slot* next;  // of those of its size that are free
#ifdef CEX_TEST
    Slot* older;    // of all
    uint32_t size;  // of the key that has it, or had it
    bool is_free;
    alignas(8) unsigned char guard[8];  // right in front of the key
#endif
  };
  // Bytes in front of a key and, at least, behind it.
  static constexpr size_t kFront = kChecked ? sizeof(Slot) : 0;
  static constexpr size_t kBack = kChecked ? kGrain : 0;
  static_assert(kFront % kGrain == 0);

  // From a key's first byte to where the next slot may be.
  static constexpr size_t reach(size_t size) {
    return (size + kGrain - 1) / kGrain * kGrain + kBack;
  }

  // A slot of bytes that had none; its bytes for a key; and back from those.
  Slot* make_slot(char* memory);
  static char* take(Slot* slot, size_t size);
  static Slot* give_back(char* p, size_t* size, Site site);
  static void check_slot(const Slot* slot, Site site);

  IAllocator allocator_;
  size_t page_size_;
  size_t largest_;
  Page* pages_;
  char* cursor_;
  size_t left_;
  size_t alone_;  // keys that have blocks of their own
  Slot* free_[kLargest / kGrain];
#ifdef CEX_TEST
  Slot* newest_;
#endif
};

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HM_KEY_PAGES_H_
