// Which arenas are there, for what is looked at when a test case ends: a write around a block of
// one that lives on is then told of in the case that made it. Only in CEX_TEST builds.
#ifndef CEX_ALLOCATOR_INTERNAL_LIVING_ARENAS_H_
#define CEX_ALLOCATOR_INTERNAL_LIVING_ARENAS_H_

#include "cex/allocator/internal/bump.h"

namespace cex::detail {

#ifdef CEX_TEST

// Enters an arena that lies in mem$, as its pages do: nobody can take its memory away
// unnoticed. Thread-safe, like all of these.
void add_arena(Bump* bump);

// The arena ends. Nothing if it was never entered.
void remove_arena(Bump* bump);

// Reports that the block of mem$ at `p`, which `call` was given, is an arena.
void check_no_arena(const void* p, const char* call);

// check_all() of each that the calling thread uses: nobody else may change it meanwhile.
void check_arenas(const char* when);

// take_damage() of each of these. As for heap_take_damage, `found` must not use mem$.
void take_arenas_damage(void (*found)(const char* text, void* context), void* context);

#else

inline void add_arena(Bump*) {}
inline void remove_arena(Bump*) {}

#endif

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_INTERNAL_LIVING_ARENAS_H_
