// What the bump allocator does to each block beside placing it: records, guard
// bytes and poison. Everything is empty in a release build.
#ifndef CEX_ALLOCATOR_INTERNAL_CHECKS_H_
#define CEX_ALLOCATOR_INTERNAL_CHECKS_H_

#include "cex/allocator/internal/bump.h"
#include "cex/report.h"

namespace cex::detail {

// Makes the bytes at `p`, freshly carved from a page, a block of `size` bytes.
// Under CEX_TEST it reports a write to them since they were poisoned.
void open_block(Bump* bump, char* p, size_t size, size_t align);

// The block's size changes in place, to one that fits where it lies.
void resize_block(Bump* bump, char* p, size_t old_size, size_t size);

// Nobody may use the block any more; its memory is not for reuse yet.
void close_block(Bump* bump, char* p);

#ifdef CEX_TEST

// Reports a `p` that is no live block of this arena, or whose guard bytes were
// overwritten; `call` is what the user called.
void check_block(const Bump* bump, const void* p, const char* call);

// Reports a resize that would move a block into a deeper scope, or change its
// alignment.
void check_resize(const Bump* bump, const void* p, size_t size, size_t align);

// Reports use by a second thread.
void check_thread(Bump* bump);

// Reports that scopes did not end in the reverse of their order.
void check_scope_order(const Bump* bump, uint64_t expected_depth);

// Closes, and takes out of the books, every block made at `depth` or deeper, and
// reports those whose guard bytes or, if freed, whose bytes were overwritten.
void close_blocks(Bump* bump, uint64_t depth);

// Lets memory of freed blocks be used again, after a last look at it: that of the innermost
// scope, where all of a page, or all to the end of the window, is free. Whether there was any.
bool reuse_freed(Bump* bump);

// The same, once too much is held back.
inline void bound_held(Bump* bump) {
  if (bump->held > bump->held_limit) reuse_freed(bump);
}

// Reports a late write to a page all of whose blocks are closed.
void check_page(const Page* page);

// Reports a write around any block, to a freed one, to memory of the window that was
// rewound or to the reserve; `when` completes "found …". Every block is looked at.
void check_all(const Bump* bump, const char* when);

// The same, but tells `found` of each and makes it whole again, so that it is told of once;
// `name` is the allocator's. A record that was overwritten can't be mended: none of this
// arena's blocks is looked at after that, until its scope, or the arena, ends.
void take_damage(Bump* bump, const char* name, void (*found)(const char* text, void* context),
                 void* context);

#else

inline void check_block(const Bump*, const void*, const char*) {}
inline void check_resize(const Bump*, const void*, size_t, size_t) {}
inline void check_thread(Bump*) {}
inline void check_scope_order(const Bump*, uint64_t) {}
inline void close_blocks(Bump*, uint64_t) {}
inline bool reuse_freed(Bump*) { return false; }
inline void bound_held(Bump*) {}
inline void check_page(const Page*) {}
inline void check_all(const Bump*, const char*) {}

#endif

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_INTERNAL_CHECKS_H_
